/** What the API says when a target is saved: the stable code of the field's error, or that it is kept. */
type SaveVerdict = 'address_not_allowed' | 'invalid_url' | 'scheme_not_allowed' | 'credentials_not_allowed' | 'saved';

/** A URL that leads, or tries to lead, to where no webhook may. */
export interface SsrfTarget {
  kind: string;
  /** `{port}` is the port of a server that must never hear of it. */
  url: string;
  save: SaveVerdict;
  /** Error codes that an attempt at it may have, had it been saved all the same. */
  attempt: readonly ('address_not_allowed' | 'invalid_url' | 'dns_failed')[];
}

const refused =
  (save: SaveVerdict, ...attempt: SsrfTarget['attempt']) =>
  (kind: string, ...urls: string[]): SsrfTarget[] =>
    urls.map((url) => ({ kind, url, save, attempt }));

const address = refused('address_not_allowed', 'address_not_allowed');
const hosts = (kind: string, ...names: string[]): SsrfTarget[] =>
  address(kind, ...names.map((name) => `http://${name}:{port}/`));
/** Resolvers differ on whether they know these. */
const localNames = (...hostnames: string[]): SsrfTarget[] =>
  refused(
    'address_not_allowed',
    'address_not_allowed',
    'dns_failed',
  )('name of this machine', ...hostnames.map((name) => `http://${name}:{port}/`));
const credentials = refused('credentials_not_allowed', 'invalid_url');
const scheme = refused('scheme_not_allowed', 'invalid_url');
const invalid = refused('invalid_url', 'invalid_url');
/** Names are looked up when a connection is made: that is when they are refused. */
const names = (kind: string, ...hostnames: string[]): SsrfTarget[] =>
  refused('saved', 'address_not_allowed')(kind, ...hostnames.map((name) => `http://${name}:{port}/`));

/** Addresses that the names of the table have, at the name server of the tests. */
export const NAMES_OF_TARGETS: Readonly<Record<string, readonly string[]>> = {
  'loopback.test': ['127.0.0.1'],
  'loopback6.test': ['::1'],
  'private.test': ['10.0.0.1'],
  'metadata.test': ['169.254.169.254'],
  'mapped.test': ['::ffff:127.0.0.1'],
  'nat64.test': ['64:ff9b::7f00:1'],
  'several.test': ['10.0.0.1', '192.168.0.1', 'fe80::1'],
  'xn--bcher-kva.test': ['127.0.0.1'],
};

export const SSRF_TARGETS: readonly SsrfTarget[] = [
  ...hosts('loopback', '127.0.0.1', '127.0.0.2', '127.255.255.254', '[::1]', '[0:0:0:0:0:0:0:1]', '[0::0:1]'),
  ...localNames('localhost', 'LOCALHOST', 'localhost.', 'app.localhost', 'localhost.localdomain'),
  ...localNames('ip6-localhost', 'ip6-loopback'),
  ...hosts('IPv4, fewer parts', '127.1', '127.0.1', '0'),
  ...hosts('IPv4, one number', '2130706433', '0x7f000001', '017700000001', '0x7F000001'),
  ...hosts('IPv4, octal and hexadecimal', '0177.0.0.1', '0x7f.1', '0x7f.0x0.0x0.0x1', '00000177.0.0.1', '0177.0.0.0x1'),
  ...hosts('IPv4, other characters', '%31%32%37.0.0.1', '１２７.０.０.１', '①②⑦.⓪.⓪.①', '127。0。0。1', '127.0.0.1.'),
  ...address(
    'spelling of the URL',
    'http:127.0.0.1:{port}',
    'http:\\\\127.0.0.1:{port}\\',
    'http:///127.0.0.1:{port}/',
  ),
  ...address('spelling of the URL', 'HTTP://127.0.0.1:{port}#@example.com/', 'http://127.0.0.1:{port}?@example.com/'),
  ...hosts('unspecified', '0.0.0.0', '[::]', '[::0.0.0.0]', '0x0.0'),
  ...hosts('"this network"', '0.1.2.3'),
  ...hosts('private', '10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1', '192.168.255.254'),
  ...hosts('private, one number', '167772161', '0xc0a80001', '0xac100001'),
  ...address('cloud metadata', 'http://169.254.169.254/latest/meta-data/', 'http://0xa9fea9fe/', 'http://2852039166/'),
  ...address('cloud metadata', 'http://[fd00:ec2::254]/', 'http://100.100.100.200/', 'http://192.0.0.192/opc/v2/'),
  ...address('cloud metadata', 'http://168.63.129.16/', 'http://169.254.170.2/v2/credentials/'),
  ...hosts('link-local', '169.254.0.1', '169.254.255.254', '[fe80::1]', '[fe80::a9fe:a9fe]', '[febf::1]'),
  ...hosts('carrier-grade NAT', '100.64.0.1', '100.127.255.254'),
  ...hosts('multicast', '224.0.0.1', '239.255.255.250', '[ff02::1]', '[ff0e::1]'),
  ...hosts('broadcast and reserved', '255.255.255.255', '0xffffffff', '240.0.0.1', '254.255.255.255'),
  ...hosts('documentation and benchmarks', '192.0.2.1', '198.51.100.7', '203.0.113.7', '198.18.0.1', '[2001:db8::1]'),
  ...hosts('IPv4-mapped', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::FFFF:A9FE:A9FE]', '[::ffff:10.0.0.1]'),
  ...hosts('IPv4-compatible and -translated', '[::127.0.0.1]', '[::7f00:1]', '[::ffff:0:127.0.0.1]'),
  ...hosts('NAT64', '[64:ff9b::127.0.0.1]', '[64:ff9b::a9fe:a9fe]', '[64:ff9b::c0a8:1]', '[64:ff9b:1::7f00:1]'),
  ...hosts('6to4', '[2002:7f00:1::]', '[2002:a9fe:a9fe::1]', '[2002:a00:1::]'),
  ...hosts('Teredo', '[2001:0:4136:e378:8000:63bf:80ff:fffe]', '[2001::1]'),
  ...hosts('unique local, site-local, discard', '[fc00::1]', '[fd12:3456:789a::1]', '[fec0::1]', '[100::1]'),
  ...hosts('not given out', '[4000::1]', '[5f00::1]', '[3fff::1]'),
  ...invalid('zone id', 'http://[fe80::1%25eth0]:{port}/', 'http://[::1%25lo]:{port}/', 'http://[fe80::1%eth0]/'),
  ...credentials('userinfo', 'http://user:pass@127.0.0.1:{port}/', 'https://example.com@127.0.0.1:{port}/'),
  ...credentials(
    'userinfo',
    'http://127.0.0.1:{port}@example.com/',
    'http://a%40b@[::1]:{port}/',
    'http://:x@127.0.0.1/',
  ),
  ...address(
    'odd port',
    'http://127.0.0.1:22/',
    'http://127.0.0.1:6379/',
    'http://[::1]:5432/',
    'https://127.0.0.1:65535/',
  ),
  ...invalid(
    'no address',
    'http://256.256.256.256/',
    'http://127.0.0.1:99999/',
    'http://[::1/',
    'http://1.2.3.4.5/',
    'http://',
  ),
  ...scheme('scheme', 'file:///etc/passwd', 'gopher://127.0.0.1:6379/_FLUSHALL', 'ftp://127.0.0.1/', 'ws://127.0.0.1/'),
  ...scheme(
    'scheme',
    'javascript:alert(1)',
    'data:text/plain,x',
    'unix:///var/run/docker.sock',
    'jar:http://127.0.0.1!/',
  ),
  ...names('name of a refused address', 'loopback.test', 'loopback6.test', 'private.test', 'metadata.test'),
  ...names('name of a refused address', 'mapped.test', 'nat64.test', 'several.test', 'loopback.test.', 'LOOPBACK.test'),
  ...names('internationalized name', 'bücher.test', 'xn--bcher-kva.test', 'BÜCHER。test'),
];
