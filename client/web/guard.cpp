#include "client/web/guard.h"

#include <algorithm>

namespace caseload::client {
namespace {

constexpr const char* form_type = "application/x-www-form-urlencoded";

bool same(std::string_view a, std::string_view b) {
  return !a.empty() && equal_in_constant_time(as_bytes(a), as_bytes(b));
}

// Ours are of few letters; whatever else a browser can be led to is nowhere.
bool is_target(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '-' || c == '_' || c == '.';
  };
  const bool odd = path.find("//") != std::string_view::npos || path.find("..") != std::string_view::npos;
  return path.starts_with('/') && !odd && std::ranges::all_of(path, plain);
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

int Guard::check_place(const HttpRequest& request) const {
  const std::string port = ":" + std::to_string(port_);
  const std::string host = request.header("host");
  const bool ours = host == "127.0.0.1" + port || host == "localhost" + port || host == "[::1]" + port;
  if (!ours) return 421;
  const std::string site = request.header("sec-fetch-site");
  if (request.count("sec-fetch-site") > 1 || request.count("origin") > 1) return 403;
  const std::string origin = request.header("origin");
  if (!origin.empty() && origin != "http://" + host) return 403;
  if (!site.empty() && site != "same-origin" && site != "none") return 403;
  if (!is_target(request.target)) return 404;
  if (request.method == "GET" || request.method == "HEAD") return 0;
  if (request.method != "POST") return 405;
  if (origin.empty() && site != "same-origin") return 403;
  const std::string type = request.header("content-type");
  return type.substr(0, type.find(';')) == form_type ? 0 : 415;
}

std::string Guard::chance() { return to_hex(random_.bytes<32>()); }

void Guard::new_launch() { launch_ = chance(); }

std::optional<std::string> Guard::admit(std::string_view token) {
  if (!same(launch_, token)) return std::nullopt;
  launch_.clear();
  cookie_ = chance();
  form_token_ = chance();
  return cookie_name() + "=" + cookie_ + "; HttpOnly; SameSite=Strict; Path=/";
}

bool Guard::knows(const HttpRequest& request) const {
  std::size_t ours = 0;
  bool right = false;
  for (const auto& [name, value] : request.headers) {
    if (name != "cookie") continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const std::string_view one = trimmed(rest.substr(0, rest.find(';')));
      rest.remove_prefix(std::min(rest.find(';'), rest.size() - 1) + 1);
      if (!one.starts_with(cookie_name() + "=")) continue;
      ++ours;
      right = same(cookie_, one.substr(cookie_name().size() + 1));
    }
  }
  return ours == 1 && right;
}

bool Guard::is_form_token(std::string_view token) const { return same(form_token_, token); }

const HttpHeaders& Guard::headers() {
  static const HttpHeaders all{
      {"Content-Security-Policy",
       "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
       "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"},
      {"Referrer-Policy", "same-origin"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"},
      {"Cache-Control", "no-store"}};
  return all;
}

}  // namespace caseload::client
