//! A temporary file of this machine as the body of a request.
//!
//! The file needs no name: what has no name is gone when a process is killed, and a function's disk does not fill up. The
//! SDK may send the body again, because each try reads from the first byte on, at positions of its own.

use aws_sdk_s3::primitives::{ByteStream, SdkBody};
use http_body::{Body, Frame, SizeHint};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// Bytes that are read at once: a larger part is no faster, and each upload holds one in memory.
const PART_BYTES: u64 = 64 * 1024;

/// What is still to be sent of a file.
struct FileBody {
    file: Arc<File>,
    position: u64,
    end: u64,
}

/// The whole file as a body, wherever its cursor is.
pub(super) fn body_of(file: File) -> io::Result<ByteStream> {
    let end = file.metadata()?.len();
    let file = Arc::new(file);
    let body = move || SdkBody::from_body_1_x(FileBody { file: Arc::clone(&file), position: 0, end });
    Ok(ByteStream::new(SdkBody::retryable(body)))
}

impl FileBody {
    /// The next bytes. The file was just written, so they are in memory: reading them does not wait.
    fn read(&mut self) -> io::Result<Vec<u8>> {
        let bytes = usize::try_from(PART_BYTES.min(self.end - self.position)).unwrap_or(usize::MAX);
        let mut part = vec![0; bytes];
        self.file.read_exact_at(&mut part, self.position)?;
        self.position += part.len() as u64;
        Ok(part)
    }
}

impl Body for FileBody {
    type Data = <SdkBody as Body>::Data;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Self::Data>>>> {
        if self.is_end_stream() {
            return Poll::Ready(None);
        }
        Poll::Ready(Some(self.read().map(|part| Frame::data(part.into()))))
    }

    fn is_end_stream(&self) -> bool {
        self.position >= self.end
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.end - self.position)
    }
}

#[cfg(test)]
mod tests {
    use super::{PART_BYTES, body_of};
    use std::io::Write as _;

    #[tokio::test]
    async fn a_file_without_a_name_is_sent_whole_as_often_as_asked() {
        let bytes: Vec<u8> =
            (0..PART_BYTES * 2 + 7).map(|at| at.to_le_bytes()[0] ^ at.to_le_bytes()[1]).collect();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        let first = body_of(file).unwrap().into_inner();
        // As the SDK does before a retry, while the first try may still be read.
        let again = first.try_clone().unwrap();
        for body in [first, again] {
            assert_eq!(body.content_length(), Some(bytes.len() as u64));
            let sent = aws_sdk_s3::primitives::ByteStream::new(body).collect().await.unwrap();
            assert_eq!(sent.to_vec(), bytes);
        }
    }
}
