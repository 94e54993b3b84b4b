//! Bodies of S3 that break before their end, below the SDK: what is missing is asked for again, an object that was replaced
//! is never mixed with its successor, and a network that brings nothing is given up (rule 23).

use crate::answers::outcome;
use crate::crash::{AFTER, CONFIG, base};
use crate::world::{World, is_emulated};
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::config::interceptors::{
    BeforeDeserializationInterceptorContextMut, BeforeTransmitInterceptorContextMut,
};
use aws_sdk_s3::config::{ConfigBag, Intercept, RuntimeComponents, SharedInterceptor};
use aws_sdk_s3::error::BoxError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::{Storable, StoreReplace};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http_body::{Body, Frame};
use rollcall::events;
use rollcall_sync::Shell;
use rollcall_sync::store::Error;
use std::fmt;
use std::fs;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

/// How a body ends before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Break {
    /// The connection is reset.
    Reset,
    /// The bytes end, as if there were no more.
    Short,
}

/// After how many bytes a body breaks, of so many that the object has.
type Share = fn(u64) -> u64;

/// Every body of S3 breaks after a share of its length.
pub(crate) struct Breaker {
    how: Break,
    share: Share,
    /// How often a body was asked for.
    pub(crate) asked: AtomicU64,
    /// How often one broke.
    pub(crate) broken: AtomicU64,
    /// What happens when a body breaks.
    and_then: Box<dyn Fn() + Send + Sync>,
    /// What the answers say is the checksum of the object (CRC 32).
    checksum: Option<u32>,
}

impl Breaker {
    pub(crate) fn new(how: Break, share: Share, and_then: impl Fn() + Send + Sync + 'static) -> Arc<Self> {
        let (asked, broken) = Default::default();
        Arc::new(Self { how, share, asked, broken, and_then: Box::new(and_then), checksum: None })
    }

    /// The same, over a bucket that keeps this checksum of its objects.
    fn with_checksum(self: Arc<Self>, checksum: u32) -> Arc<Self> {
        Arc::new(Self { checksum: Some(checksum), ..Arc::into_inner(self).unwrap() })
    }

    /// A process all of whose bodies break so.
    pub(crate) fn process(self: &Arc<Self>, world: &World) -> Shell {
        world.process(Some(SharedInterceptor::new(BreakerHook(Arc::clone(self)))))
    }
}

impl fmt::Debug for Breaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Breaker")
    }
}

/// A tenth of the length, at least a byte.
pub(crate) fn tenth(length: u64) -> u64 {
    length / 10 + 1
}

#[derive(Debug)]
struct BreakerHook(Arc<Breaker>);

/// The call asks for the bytes of an object.
#[derive(Debug)]
struct Get;

impl Storable for Get {
    type Storer = StoreReplace<Self>;
}

impl Intercept for BreakerHook {
    fn name(&self) -> &'static str {
        "breaker"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        config.interceptor_state().unset::<Get>();
        let request = context.request();
        let is_list = request.uri().contains("list-type=");
        if request.headers().get("x-amz-target").is_none() && request.method() == "GET" && !is_list {
            self.0.asked.fetch_add(1, Ordering::SeqCst);
            config.interceptor_state().store_put(Get);
        }
        Ok(())
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if config.load::<Get>().is_none() { Ok(()) } else { self.0.break_body(context.response_mut()) }
    }
}

impl Breaker {
    /// Lets the body of this answer break, if it has one.
    pub(crate) fn break_body(self: &Arc<Self>, response: &mut HttpResponse) -> Result<(), BoxError> {
        if !response.status().is_success() {
            return Ok(());
        }
        if let Some(checksum) = self.checksum.filter(|_| response.status().as_u16() == 200) {
            let shown = BASE64_STANDARD.encode(checksum.to_be_bytes());
            response.headers_mut().insert("x-amz-checksum-crc32", shown);
        }
        let number = |text: &str| text.parse::<u64>().ok();
        let whole =
            response.headers().get("content-range").and_then(|range| number(range.rsplit_once('/')?.1));
        let length = response.headers().get("content-length").and_then(number);
        let length = whole.or(length).ok_or("expected a length")?;
        let left = (self.share)(length);
        let body = std::mem::replace(response.body_mut(), SdkBody::taken());
        let broken = BrokenBody { body, left, breaker: Arc::clone(self), is_over: false };
        *response.body_mut() = SdkBody::from_body_1_x(broken);
        Ok(())
    }
}

/// A body that breaks when so many bytes have come.
struct BrokenBody {
    body: SdkBody,
    left: u64,
    breaker: Arc<Breaker>,
    is_over: bool,
}

impl Body for BrokenBody {
    type Data = <SdkBody as Body>::Data;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, BoxError>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let frame = match ready!(Pin::new(&mut self.body).poll_frame(context)) {
            None => return Poll::Ready(None),
            Some(frame) => frame?,
        };
        let Ok(mut data) = frame.into_data() else { return Poll::Ready(None) };
        let length = data.len() as u64;
        if length <= self.left {
            self.left -= length;
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        if self.left > 0 {
            data.truncate(usize::try_from(self.left)?);
            self.left = 0;
            // What follows of this body is lost.
            self.body = SdkBody::from("more");
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        self.is_over = true;
        self.breaker.broken.fetch_add(1, Ordering::SeqCst);
        (self.breaker.and_then)();
        match self.breaker.how {
            Break::Reset => Poll::Ready(Some(Err("the connection was reset".into()))),
            Break::Short => Poll::Ready(None),
        }
    }
}

const KEY: &str = "inbox/staff.csv";

/// A text with no two parts alike, of several chunks of the embedded server.
fn text(bytes: usize) -> String {
    let numbers = (0_u64..).map(|number| format!("{number:07x}\n"));
    numbers.take(bytes / 8).collect()
}

async fn world_with(text: &str) -> World {
    let world = World::new(CONFIG).await;
    world.shell.store.put_object(KEY, text.as_bytes().to_vec()).await.unwrap();
    world
}

#[tokio::test]
async fn a_download_that_breaks_at_every_tenth_has_the_same_bytes() {
    for how in [Break::Reset, Break::Short] {
        for bytes in [8, 800, 1_000_000] {
            let text = text(bytes);
            let world = world_with(&text).await;
            let breaker = Breaker::new(how, tenth, || ());
            let store = breaker.process(&world).store;
            assert_eq!(store.get_text(KEY).await.unwrap().as_ref(), Some(&text), "{how:?}, {bytes}");
            let spooled = store.spool_object(KEY).await.unwrap();
            assert_eq!(spooled.bytes, text.len() as u64);
            assert_eq!(std::io::read_to_string(spooled.file).unwrap(), text, "{how:?}, {bytes}");
            let breaks = breaker.broken.load(Ordering::SeqCst);
            let expected = 2 * (text.len() as u64 - 1).div_euclid(tenth(text.len() as u64));
            assert_eq!(breaks, expected, "{how:?}, {bytes}");
        }
    }
}

/// CRC 32 as its definition says it, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| {
                if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 }
            },
        )
    })
}

#[tokio::test]
async fn a_body_that_broke_has_the_objects_checksum_or_is_refused() {
    assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    let text = text(8000);
    let world = world_with(&text).await;
    let checksum = crc32(text.as_bytes());
    for how in [Break::Reset, Break::Short] {
        let good = Breaker::new(how, tenth, || ()).with_checksum(checksum);
        let store = good.process(&world).store;
        assert_eq!(store.get_text(KEY).await.unwrap().as_ref(), Some(&text), "{how:?}");
        assert!(good.broken.load(Ordering::SeqCst) > 5);
        let wrong = Breaker::new(how, tenth, || ()).with_checksum(checksum ^ 1);
        let error = wrong.process(&world).store.get_text(KEY).await.unwrap_err();
        assert!(error.is_retryable() && error.to_string().contains("checksum"), "{how:?}: {error}");
    }
}

#[tokio::test]
async fn an_object_that_is_replaced_while_it_breaks_is_never_mixed() {
    if is_emulated() {
        return;
    }
    for how in [Break::Reset, Break::Short] {
        let (before, after) = (text(8000), text(8000).to_uppercase());
        let world = world_with(&before).await;
        let file = world.folder().join("s3/rollcall").join(KEY);
        let breaker = Breaker::new(how, |length| length / 2, {
            let (file, after) = (file.clone(), after.clone());
            move || fs::write(&file, &after).unwrap()
        });
        let store = breaker.process(&world).store;
        // A file of a source is refused, and read when its notice comes; a text is read anew.
        let error = store.spool_object(KEY).await.unwrap_err();
        assert!(matches!(error, Error::ChangedWhileRead { .. }), "{error}");
        fs::write(&file, &before).unwrap();
        assert_eq!(store.get_text(KEY).await.unwrap(), Some(after), "{how:?}");
        fs::write(&file, &before).unwrap();
        let breaker = Breaker::new(how, |length| length / 2, move || fs::remove_file(&file).unwrap());
        let error = breaker.process(&world).store.spool_object(KEY).await.unwrap_err();
        assert!(matches!(error, Error::ChangedWhileRead { .. } | Error::NoSuchObject { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_network_that_brings_no_byte_is_given_up_with_its_cause() {
    for (how, cause) in [(Break::Reset, "the connection was reset"), (Break::Short, "after 0 of 800 bytes")] {
        let world = world_with(&text(800)).await;
        let breaker = Breaker::new(how, |_| 0, || ());
        let store = breaker.process(&world).store;
        for error in [store.get_text(KEY).await.unwrap_err(), store.spool_object(KEY).await.unwrap_err()] {
            assert!(error.is_retryable(), "{error:?}");
            let text = error.to_string();
            assert!(text.contains(cause) && text.contains(KEY), "{text}");
        }
        assert_eq!(breaker.asked.load(Ordering::SeqCst), 2 * 6, "six times each");
    }
    // A byte from time to time is no progress that counts for ever.
    let world = world_with(&text(800)).await;
    let breaker = Breaker::new(Break::Reset, |_| 1, || ());
    let error = breaker.process(&world).store.get_text(KEY).await.unwrap_err();
    assert!(error.to_string().contains("after 100 of 800 bytes"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_all_of_whose_bodies_break_is_as_any_other() {
    let base = base().await;
    let mut outcomes = Vec::new();
    for breaker in
        [None, Some(Breaker::new(Break::Reset, tenth, || ())), Some(Breaker::new(Break::Short, tenth, || ()))]
    {
        let world = base.copy(CONFIG).await;
        world.tick();
        let shell = breaker.as_ref().map_or_else(|| world.process(None), |breaker| breaker.process(&world));
        shell.store.put_object(KEY, AFTER.as_bytes().to_vec()).await.unwrap();
        events::drop_notice(&shell, world.source()).await.unwrap();
        events::drain(&shell).await.unwrap();
        assert!(breaker.is_none_or(|breaker| breaker.broken.load(Ordering::SeqCst) > 20));
        outcomes.push(outcome(&world).await);
    }
    let (undisturbed, disturbed) = outcomes.split_first().unwrap();
    for outcome in disturbed {
        assert_eq!(outcome, undisturbed);
    }
}
