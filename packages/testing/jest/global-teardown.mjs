export default async () => {
  await globalThis.posthornTestServers?.stop();
};
