#pragma once

#include <string_view>

namespace caseload {

constexpr std::size_t greeting_bytes = 4;  // enough to tell TLS, HTTP and SSH apart

enum class Greeting { tls, http, ssh, other };

// What somebody speaks, by the first bytes that he sent: as few as one tell TLS, greeting_bytes the rest.
Greeting greeting_of(std::string_view first_bytes);

// One line in answer, in the form that the speaker's own program shows; empty for `tls` and `other`.
std::string_view hint_for(Greeting greeting);

}  // namespace caseload
