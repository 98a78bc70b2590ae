/**
 * Whether a URL's host is this machine itself. The unspecified address is taken for it too: systems
 * connect it to themselves or not at all.
 */
export function isLoopback(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, "");
  return (
    /(^|\.)localhost$/.test(host) ||
    /^127(\.\d{1,3}){3}$/.test(host) ||
    // 127.0.0.0/8 as IPv6, in the form that URLs give it.
    /^\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]$/.test(host) ||
    ["[::1]", "0.0.0.0", "[::]", "[::ffff:0:0]"].includes(host)
  );
}
