// The first import of everything that loads the ledger's addon, or builds for it: an older Node would crash
// without a message.
if (!(Number(process.versions.napi) >= 10)) {
  console.error(
    `Node 22.14 or newer is needed, and this is ${process.version}: https://nodejs.org/en/download (scripts/demo and scripts/test bring one by themselves)`,
  );
  process.exit(1);
}
