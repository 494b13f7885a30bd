#include "common/crypto/authority.h"
#include "common/crypto/remembered.h"

#include "tests/unit/crypto/vector.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

constexpr std::int64_t noon = 1795348800;  // 2026-11-22 12:00 UTC
constexpr std::int64_t day = 86400;

// Self-signed and in order, but not an authority's: made with the openssl command.
constexpr const char* self_signed_seed = "d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842";
constexpr const char* self_signed =
    "308201043081b7a003020102021040000000000000000000000000000001300506032b6570300c310a300806035504030c017830"
    "1e170d3236313132323037333735345a170d3336313131393037333735345a300c310a300806035504030c0178302a300506032b"
    "657003210019bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1a32f302d300c0603551d130101ff04"
    "023000301d0603551d0e04160414a28cc1f86e5960d3e03ae75c962c97a8d448293c300506032b65700341002ba036b7b57a4dd5"
    "47468bd3d071297fe89a09a1db54380d3328eb8fea6b23fa7aa0f727ab3f404e047c5f5451beff5c2bdfa3a62c1b3383541cf0ec"
    "02714a03";

// An office with its authority, one device and one server.
struct Office {
  SeededRandom random;
  Authority authority;
  SigningKey device_key = SigningKey::generate(random);
  SigningKey server_key = SigningKey::generate(random);
  Id device = Id::make(1795348800000, random);
  Bytes trusted[1] = {authority.certificate()};

  explicit Office(std::uint64_t seed) : random(seed), authority(make_authority(random)) {}

  static Authority make_authority(Random& random) {
    SigningKey key = SigningKey::generate(random);
    return Authority::create(std::move(key), "Harbour Street Office", {noon, 3650 * day}, random).value();
  }
  Bytes device_certificate() {
    return authority.issue_device(request_certificate(device_key), device, {noon, 90 * day}, random).value();
  }
  Bytes server_certificate() {
    const std::vector<std::string> names{"office.example", "localhost", "127.0.0.1", "::1"};
    return authority.issue_server(request_certificate(server_key), names, {noon, 90 * day}, random).value();
  }
  CertificateCheck as(CertificateUse use, std::int64_t now = noon) const { return {trusted, use, now}; }
};

}  // namespace

TEST_CASE("a device's certificate says what the office decided, and holds") {
  Office office(1);
  const CertificateFacts facts =
      check_certificate(office.device_certificate(), office.as(CertificateUse::device)).value();
  CHECK(facts.device == office.device);
  CHECK(facts.public_key == office.device_key.public_key());
  CHECK(facts.not_before == noon - certificate_early_s);
  CHECK(facts.not_after == noon + 90 * day);
}

TEST_CASE("a server's certificate holds for a server and names no device") {
  Office office(1);
  const Bytes certificate = office.server_certificate();
  const CertificateFacts facts = check_certificate(certificate, office.as(CertificateUse::server)).value();
  CHECK(facts.device == std::nullopt);
  CHECK(facts.public_key == office.server_key.public_key());
  const std::string_view bytes = as_text(certificate);
  CHECK(bytes.find("office.example") != std::string_view::npos);
  CHECK(bytes.find(std::string_view("\x87\x04\x7f\x00\x00\x01", 6)) != std::string_view::npos);
}

TEST_CASE("nobody passes for something else") {
  Office office(1);
  Office stranger(2);  // the same name, another key
  const Bytes of_device = office.device_certificate();
  const Bytes of_server = office.server_certificate();
  const auto refused = [](const Bytes& certificate, const CertificateCheck& against) {
    const Result<CertificateFacts> facts = check_certificate(certificate, against);
    return !facts.ok() && facts.fault() == Fault::bad_certificate;
  };
  CHECK(refused(of_device, office.as(CertificateUse::server)));
  CHECK(refused(of_server, office.as(CertificateUse::device)));
  CHECK(refused(office.authority.certificate(), office.as(CertificateUse::device)));
  CHECK(refused(office.authority.certificate(), office.as(CertificateUse::server)));
  CHECK(refused(of_device, stranger.as(CertificateUse::device)));
  CHECK(refused(stranger.device_certificate(), office.as(CertificateUse::device)));
  CHECK(refused(of_device, {{}, CertificateUse::device, noon}));
}

TEST_CASE("two authorities are trusted while one takes over from the other") {
  Office office(1);
  Office next(2);
  const Bytes both[] = {next.authority.certificate(), office.authority.certificate()};
  CHECK(check_certificate(office.device_certificate(), {both, CertificateUse::device, noon}).ok());
  CHECK(check_certificate(next.device_certificate(), {both, CertificateUse::device, noon}).ok());
}

TEST_CASE("dates are judged apart: expired is not the same as forged") {
  Office office(1);
  const Bytes certificate = office.device_certificate();
  const auto judge = [&](std::int64_t now) {
    return check_certificate(certificate, office.as(CertificateUse::device, now));
  };
  CHECK(judge(noon - certificate_early_s).ok());
  CHECK(judge(noon + 90 * day).ok());
  CHECK(judge(noon - certificate_early_s - 1).fault() == Fault::certificate_expired);
  CHECK(judge(noon + 90 * day + 1).fault() == Fault::certificate_expired);
  CHECK(judge(0).fault() == Fault::certificate_expired);
  Office stranger(2);
  const std::int64_t late = noon + 91 * day;
  CHECK(check_certificate(certificate, stranger.as(CertificateUse::device, late)).fault() ==
        Fault::bad_certificate);
  CHECK(check_certificate(certificate, office.as(CertificateUse::server, late)).fault() ==
        Fault::bad_certificate);
}

TEST_CASE("no certificate outlives its authority, and none is issued after it") {
  Office office(1);
  const Bytes request = request_certificate(office.device_key);
  const std::int64_t end = noon + 3650 * day;
  const Bytes last =
      office.authority.issue_device(request, office.device, {end - day, 90 * day}, office.random).value();
  CHECK(read_certificate(last)->not_after == end);
  CHECK(office.authority.issue_device(request, office.device, {end + 1, day}, office.random).fault() ==
        Fault::certificate_expired);
}

TEST_CASE("a device's certificate is renewed for its own device and key, run out or not, and nothing else is renewed") {
  Office office(12);
  const std::int64_t later = noon + 400 * day;
  const Bytes renewed = office.authority.renew_device(office.device_certificate(), {later, 90 * day}, office.random).value();
  const CertificateFacts facts = check_certificate(renewed, office.as(CertificateUse::device, later)).value();
  CHECK(facts.device == office.device);
  CHECK(facts.public_key == office.device_key.public_key());
  CHECK(facts.not_after == later + 90 * day);
  const auto refusal = [&](const Bytes& former) {
    return office.authority.renew_device(former, {later, 90 * day}, office.random).fault();
  };
  CHECK(refusal(office.server_certificate()) == Fault::bad_certificate);
  CHECK(refusal(Office(13).device_certificate()) == Fault::bad_certificate);
  CHECK(refusal(office.authority.certificate()) == Fault::bad_certificate);
  CHECK(refusal({}) == Fault::bad_certificate);
}

TEST_CASE("every single-bit flip of a certificate is refused") {
  Office office(1);
  Bytes certificate = office.device_certificate();
  for (std::size_t bit = 0; bit < certificate.size() * 8; ++bit) {
    flip_bit(certificate, bit);
    CAPTURE(bit);
    CHECK(check_certificate(certificate, office.as(CertificateUse::device)).fault() ==
          Fault::bad_certificate);
    flip_bit(certificate, bit);
  }
  CHECK(check_certificate(certificate, office.as(CertificateUse::device)).ok());
}

TEST_CASE("what is remembered of a certificate is that it held: for its bytes, use and authorities, and within its dates") {
  Office office(1);
  const Office stranger(2);
  Bytes certificate = office.device_certificate();
  RememberedCertificates remembered;
  const CertificateFacts facts = *check_certificate(certificate, office.as(CertificateUse::device));
  for (int i = 0; i < 2; ++i) {
    const CertificateFacts again = remembered.check(certificate, office.as(CertificateUse::device)).value();
    CHECK(again.serial == facts.serial);
    CHECK(again.device == facts.device);
    CHECK(remembered.check(certificate, office.as(CertificateUse::server)).fault() == Fault::bad_certificate);
    CHECK(remembered.check(certificate, stranger.as(CertificateUse::device)).fault() == Fault::bad_certificate);
  }
  CHECK(remembered.check(certificate, office.as(CertificateUse::device, facts.not_before)).ok());
  CHECK(remembered.check(certificate, office.as(CertificateUse::device, facts.not_before - 1)).fault() ==
        Fault::certificate_expired);
  CHECK(remembered.check(certificate, office.as(CertificateUse::device, facts.not_after)).ok());
  CHECK(remembered.check(certificate, office.as(CertificateUse::device, facts.not_after + 1)).fault() ==
        Fault::certificate_expired);
  for (std::size_t bit = 0; bit < certificate.size() * 8; bit += 7) {
    flip_bit(certificate, bit);
    CHECK(remembered.check(certificate, office.as(CertificateUse::device)).fault() == Fault::bad_certificate);
    flip_bit(certificate, bit);
  }
  certificate.resize(certificate_bytes_max + 1);
  CHECK(remembered.check(certificate, office.as(CertificateUse::device)).fault() == Fault::too_large);
}

TEST_CASE("a certificate cut short, grown or far too long is refused") {
  Office office(1);
  Bytes certificate = office.device_certificate();
  for (std::size_t size = 0; size < certificate.size(); ++size) {
    CHECK(read_certificate(BytesView(certificate).first(size)).fault() == Fault::bad_certificate);
  }
  certificate.push_back(0);
  CHECK(read_certificate(certificate).fault() == Fault::bad_certificate);
  certificate.resize(certificate_bytes_max + 1);
  CHECK(read_certificate(certificate).fault() == Fault::too_large);
}

TEST_CASE("every single-bit flip of a request is refused") {
  Office office(1);
  Bytes request = request_certificate(office.device_key);
  const auto issue = [&] {
    return office.authority.issue_device(request, office.device, {noon, day}, office.random);
  };
  for (std::size_t bit = 0; bit < request.size() * 8; ++bit) {
    flip_bit(request, bit);
    CAPTURE(bit);
    CHECK(issue().fault() == Fault::bad_certificate);
    flip_bit(request, bit);
  }
  CHECK(issue().ok());
  request.push_back(0);
  CHECK(issue().fault() == Fault::bad_certificate);
  request.clear();
  CHECK(issue().fault() == Fault::bad_certificate);
  request.resize(100000);
  CHECK(issue().fault() == Fault::too_large);
}

TEST_CASE("a request for somebody else's key is refused, and so is one for a key that anybody can sign with") {
  Office office(1);
  Bytes request = request_certificate(office.device_key);
  const auto issue = [&] {
    return office.authority.issue_device(request, office.device, {noon, day}, office.random);
  };
  const PublicKey mine = office.device_key.public_key();
  const auto at = std::search(request.begin(), request.end(), mine.begin(), mine.end());
  REQUIRE(at != request.end());
  const PublicKey theirs = office.server_key.public_key();
  std::copy(theirs.begin(), theirs.end(), at);
  CHECK(issue().fault() == Fault::bad_certificate);
  // The neutral element as key: R the neutral element and S zero satisfy the equation for every message.
  const PublicKey neutral{1};
  std::copy(neutral.begin(), neutral.end(), at);
  std::fill(request.end() - 64, request.end(), std::uint8_t{0});
  *(request.end() - 64) = 1;
  CHECK(issue().fault() == Fault::bad_certificate);
}

TEST_CASE("a server's names are DNS names or addresses, and nothing that means more") {
  Office office(1);
  const Bytes request = request_certificate(office.server_key);
  const auto issue = [&](const std::vector<std::string>& names) {
    return office.authority.issue_server(request, names, {noon, day}, office.random);
  };
  for (const char* good :
       {"a", "office.example", "OFFICE-2.example", "10.0.0.1", "fe80::1", "xn--mori-qsa.example"}) {
    CAPTURE(good);
    CHECK(issue({good}).ok());
  }
  const std::string bad[] = {"",
                             ".",
                             "a.",
                             ".a",
                             "a..b",
                             "-a",
                             "a-",
                             "*.example",
                             "a b",
                             "a_b",
                             "a,DNS:b",
                             "office.example\n",
                             "1.2.3",
                             "1.2.3.256",
                             "fe80::1%1",
                             "m\xc4\x81ori",
                             "a/b",
                             "urn:caseload:device:1",
                             std::string(64, 'a'),
                             std::string(63, 'a') + "." + std::string(254, 'b'),
                             std::string("10.0.0.1\0.example", 17),
                             std::string("a\0b", 3)};
  for (const std::string& name : bad) {
    CAPTURE(name);
    CHECK(issue({name}).fault() == Fault::bad_name);
    CHECK(issue({"office.example", name}).fault() == Fault::bad_name);
  }
  CHECK(issue({}).fault() == Fault::bad_name);
  CHECK(issue(std::vector<std::string>(17, "a")).fault() == Fault::too_many);
}

TEST_CASE("an authority has a name of 1 to 64 characters") {
  SeededRandom random(1);
  for (const std::string& name :
       {std::string(), std::string(65, 'a'), std::string(70000, 'a'), std::string("\xff\xfe")}) {
    CHECK(Authority::create(SigningKey::generate(random), name, {noon, day}, random).fault() ==
          Fault::bad_name);
  }
  CHECK(Authority::create(SigningKey::generate(random), "T\xc4\x81maki", {noon, day}, random).ok());
}

TEST_CASE("an authority is found again from its key and certificate, and from no others") {
  Office office(1);
  Office stranger(2);
  const auto load = [&](const SigningKey& key, BytesView certificate) {
    return Authority::load(SigningKey::from_seed(key.seed()).value(), certificate);
  };
  const SigningKey& key = office.authority.key();
  const Authority again = load(key, office.authority.certificate()).value();
  const Bytes request = request_certificate(office.device_key);
  const Bytes issued = again.issue_device(request, office.device, {noon, day}, office.random).value();
  CHECK(check_certificate(issued, office.as(CertificateUse::device)).ok());
  CHECK(load(key, stranger.authority.certificate()).fault() == Fault::wrong_key);
  CHECK(load(office.device_key, office.device_certificate()).fault() == Fault::bad_certificate);
  CHECK(load(key, {}).fault() == Fault::bad_certificate);
  Bytes altered = office.authority.certificate();
  flip_bit(altered, altered.size() * 8 - 1);
  CHECK(load(key, altered).fault() == Fault::bad_certificate);
  CHECK(load(SigningKey::from_seed(secret(self_signed_seed)).value(), hex(self_signed)).fault() ==
        Fault::bad_certificate);
}

TEST_CASE("the same seed gives the same certificates, and two certificates never share a serial number") {
  CHECK(Office(3).device_certificate() == Office(3).device_certificate());
  Office office(3);
  const CertificateFacts first = read_certificate(office.device_certificate()).value();
  const CertificateFacts second = read_certificate(office.device_certificate()).value();
  CHECK(first.serial != second.serial);
}

TEST_CASE("a certificate survives being kept as text, with other text around it") {
  Office office(1);
  const Bytes certificate = office.device_certificate();
  const std::string text = certificate_to_pem(certificate);
  CHECK(text.starts_with("-----BEGIN CERTIFICATE-----\n"));
  CHECK(certificate_from_pem(text).value() == certificate);
  CHECK(certificate_from_pem("The office's certificate:\n" + text + "\nend\n").value() == certificate);
  CHECK(certificate_from_pem("").fault() == Fault::bad_certificate);
  CHECK(certificate_from_pem("no certificate").fault() == Fault::bad_certificate);
  CHECK(certificate_from_pem(text.substr(0, text.size() / 2)).fault() == Fault::bad_certificate);
  CHECK(certificate_from_pem("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").fault() ==
        Fault::bad_certificate);
  CHECK(certificate_from_pem(std::string(20000, 'a')).fault() == Fault::too_large);
}
