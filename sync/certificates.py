"""What Tote's authorities sign: EC P-256, SHA-256, X.509 v3 (RFC 5280). Pure: keys and times in, certificates out.

The common name says who speaks: a store's id, or `_hq` or `_broker`, which no store's id can be. Names of servers stand
in subjectAltName, where alone a client looks for them (RFC 6125); a client's certificate bears its own number there, by
which NATS tells a new one of a store from an old one that was taken back.

The line and the screens have authorities of their own: whom a shop's tablets trust can be nobody's broker, and may
vouch for names and addresses of a local network alone (`is_local`), so that it is no key to any other site.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HQ_NAME, BROKER_NAME = "_hq", "_broker"
EARLY = timedelta(days=1)
"""Certificates begin that much before they are made: a broker whose clock is a little slow takes them at once."""
CA_DAYS, CLIENT_DAYS, SERVER_DAYS = 20 * 365, 10 * 365, 3 * 365
"""A box may lie in a cupboard for years and is taken back by revocation; servers get theirs with `broker-config`."""
NAME = re.compile(r"(?=.{1,253}$)[a-z0-9-]{1,63}([.][a-z0-9-]{1,63})*")
SCREEN_DAYS = 396
"""Browsers take no certificate of a server that lasts longer than 398 days from one end to the other."""
LOCAL = ("local", "localhost", "internal", "home.arpa")
"""Domains that nobody can own: mDNS (RFC 6762), this machine (RFC 6761), private networks (ICANN 2024, RFC 8375)."""
NETWORKS = tuple(
    map(
        ip_network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8", "fc00::/7", "::1/128"),
    )
)
"""Addresses that nobody can own (RFC 1918, 3927, 1122, 4193, 4291)."""

Key = ec.EllipticCurvePrivateKey
PublicKey = ec.EllipticCurvePublicKey


def new_key() -> Key:
    return ec.generate_private_key(ec.SECP256R1())


def ca_of(key: Key, *, name: str, at: datetime) -> x509.Certificate:
    """The root of the line: signs certificates and lists of revoked ones, and stands for nobody itself."""
    return _root(key, name, at).sign(key, SHA256())


def screens_ca_of(key: Key, *, name: str, at: datetime) -> x509.Certificate:
    """The root that the browsers of a shop trust: it can vouch for what `is_local`, and for nothing else."""
    permitted = [*map(x509.DNSName, LOCAL), *map(x509.IPAddress, NETWORKS)]
    only = x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None)
    return _root(key, name, at).add_extension(only, critical=True).sign(key, SHA256())


def is_local(host: str) -> bool:
    """Whether `host`, a name or an address, belongs to whatever network it is used in."""
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        name = host.lower()
        return bool(NAME.fullmatch(name)) and any(f".{name}".endswith(f".{domain}") for domain in LOCAL)
    return any(address in network for network in NETWORKS if network.version == address.version)


def client_of(
    ca: x509.Certificate, key: Key, public: PublicKey, *, name: str, at: datetime, days: int = CLIENT_DAYS
) -> x509.Certificate:
    """For a box, or HQ itself: may connect as `name`, and be nobody's server."""
    serial = x509.random_serial_number()
    builder = _leaf(ca, key, public, _name(name), at=at, days=days, serial=serial)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
    own = x509.UniformResourceIdentifier(uri_of(f"{serial:x}"))
    return builder.add_extension(x509.SubjectAlternativeName([own]), critical=False).sign(key, SHA256())


def uri_of(serial: str) -> str:
    """A client certificate's own name, of its serial number in hex."""
    return f"urn:tote:{serial}"


def server_of(
    ca: x509.Certificate, key: Key, public: PublicKey, *, hosts: Sequence[str], at: datetime
) -> x509.Certificate:
    """For a broker that is reached under `hosts` (names or addresses); the nodes of a cluster greet each other too."""
    builder = _leaf(ca, key, public, _name(BROKER_NAME), at=at, days=SERVER_DAYS, serial=x509.random_serial_number())
    both = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
    builder = builder.add_extension(both, critical=False)
    names = x509.SubjectAlternativeName([_host(host) for host in hosts])
    return builder.add_extension(names, critical=False).sign(key, SHA256())


def screens_of(
    ca: x509.Certificate, key: Key, public: PublicKey, *, name: str, hosts: Sequence[str], at: datetime
) -> x509.Certificate:
    """For the screens of the store `name`, opened under `hosts`. Raises ValueError where one of them is not local."""
    if not hosts or (foreign := [host for host in hosts if not is_local(host)]):
        raise ValueError(f"no name or address of a local network: {', '.join(foreign) if hosts else 'none at all'}")
    builder = _leaf(ca, key, public, _name(f"Tote {name}"), at=at, days=SCREEN_DAYS, serial=x509.random_serial_number())
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    names = x509.SubjectAlternativeName([_host(host) for host in hosts])
    return builder.add_extension(names, critical=False).sign(key, SHA256())


def hosts_of(certificate: x509.Certificate) -> set[str]:
    """The names and addresses of a server's certificate."""
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    addresses = {str(address) for address in names.get_values_for_type(x509.IPAddress)}
    return {*names.get_values_for_type(x509.DNSName), *addresses}


def request_of(key: Key) -> bytes:
    """A signing request (PEM) that names nobody: who signs knows whose it is."""
    made = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, SHA256())
    return made.public_bytes(Encoding.PEM)


def proof(key: bytes, store: str, about: str, content: str) -> bytes:
    """By the key (PEM) of its certificate `store` says: this, of the SHA-256 `content`, is mine, and is about `about`.
    ECDSA over a text that names its own form."""
    private = load_pem_private_key(key, password=None)
    if not isinstance(private, Key):
        raise ValueError("The key of the line is no EC key.")
    return private.sign(_proof_text(store, about, content), ec.ECDSA(SHA256()))


def proves(signature: bytes, certificate: x509.Certificate, store: str, about: str, content: str) -> bool:
    """Whether the key of `certificate` made it."""
    public = certificate.public_key()
    if not isinstance(public, PublicKey):
        return False
    try:
        public.verify(signature, _proof_text(store, about, content), ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _proof_text(store: str, about: str, content: str) -> bytes:
    return f"tote-proof/1\n{store}\n{about}\n{content}\n".encode()


def pem(certificate: x509.Certificate | x509.CertificateRevocationList) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def pem_of_key(key: Key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def revocations(
    ca: x509.Certificate, key: Key, serials: Iterable[tuple[int, datetime]], *, number: int, at: datetime
) -> x509.CertificateRevocationList:
    """The list of what was taken back. It never runs out: a broker would then refuse everybody."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(ca.subject)
    builder = builder.last_update(at - EARLY).next_update(ca.not_valid_after_utc)
    builder = builder.add_extension(x509.CRLNumber(number), critical=False)
    for serial, since in serials:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(key, SHA256())


def key_asked_for(request: bytes) -> PublicKey:
    """The public key of a signing request (PEM), whose name and wishes are ignored. Raises ValueError."""
    try:
        asked = x509.load_pem_x509_csr(request)
        signed, public = asked.is_signature_valid, asked.public_key()
    except (ValueError, InvalidSignature) as error:
        raise ValueError("What came is no request for a certificate.") from error
    if not signed or not isinstance(public, PublicKey):
        raise ValueError("The request for a certificate bears no valid signature by an EC key.")
    if public.curve.name != ec.SECP256R1.name:
        raise ValueError("The key must be on the curve P-256.")
    return public


def moment(ms: int) -> datetime:
    """Milliseconds since 1970 as certificates have it: whole seconds of UTC."""
    return datetime.fromtimestamp(ms // 1000, UTC)


def _root(key: Key, name: str, at: datetime) -> x509.CertificateBuilder:
    builder = _builder(_name(name), key.public_key(), at, CA_DAYS, x509.random_serial_number()).issuer_name(_name(name))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return builder.add_extension(_usage(signs=True), critical=True)


def _leaf(
    ca: x509.Certificate, key: Key, public: PublicKey, name: x509.Name, *, at: datetime, days: int, serial: int
) -> x509.CertificateBuilder:
    builder = _builder(name, public, at, days, serial).issuer_name(ca.subject)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs=False), critical=True)
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    return builder.add_extension(above, critical=False)


def _builder(name: x509.Name, public: PublicKey, at: datetime, days: int, serial: int) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(name).public_key(public).serial_number(serial)
    builder = builder.not_valid_before(at - EARLY).not_valid_after(at + timedelta(days=days))
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host.strip("[]")))
    except ValueError:
        return x509.DNSName(host)
