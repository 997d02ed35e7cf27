/**
 * TEST MATERIAL: a self-signed certificate for receiver.test and 127.0.0.1, valid for 100 years, and its key. It protects
 * nothing and is trusted by nobody. Made with
 * `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500
 *  -addext subjectAltName=DNS:receiver.test,IP:127.0.0.1`.
 */
export const selfSigned = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2EFDlwMyJ2mGBycb
BvPUX5+Kz6W4ssT/Cmbw5U4Ua8OhRANCAAS0mP+/S9UVo57BfARyBntxwp9hxNwe
YTFp3Q+vsjIIH9jzKlPsMrASRdH5hY4PGzxZnUvNGGDaevPetelp8geQ
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIB3zCCAYWgAwIBAgIUIZLtAVZJqRp0fH15mne98jR9AMUwCgYIKoZIzj0EAwIw
NDEyMDAGA1UEAwwpUG9zdGhvcm4gdGVzdCBtYXRlcmlhbCAtIHByb3RlY3RzIG5v
dGhpbmcwIBcNMjYxMTIxMDYwNDE0WhgPMjEyNjEwMjgwNjA0MTRaMDQxMjAwBgNV
BAMMKVBvc3Rob3JuIHRlc3QgbWF0ZXJpYWwgLSBwcm90ZWN0cyBub3RoaW5nMFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEtJj/v0vVFaOewXwEcgZ7ccKfYcTcHmEx
ad0Pr7IyCB/Y8ypT7DKwEkXR+YWODxs8WZ1LzRhg2nrz3rXpafIHkKNzMHEwHQYD
VR0OBBYEFEBse7qzjkaPiOYo46hRi724jfqpMB8GA1UdIwQYMBaAFEBse7qzjkaP
iOYo46hRi724jfqpMA8GA1UdEwEB/wQFMAMBAf8wHgYDVR0RBBcwFYINcmVjZWl2
ZXIudGVzdIcEfwAAATAKBggqhkjOPQQDAgNIADBFAiEAr5GpbDJF9pAjxK/wwuM+
OW/OfIBmfAMDI2WyGVJcWA4CIHNOFc+EzyHc8gpqq90FUoeB0BH2kkN+VPmyI8k9
jyJ0
-----END CERTIFICATE-----`,
};
