// The CA in its folder: made on first use, loaded afterwards.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "proxy/tls/certificate_authority.h"

namespace proxy {

// stanzascope-ca.pem: private key and certificate, mode 0600.
std::filesystem::path ca_key_file(const std::filesystem::path& folder);
// stanzascope-ca-cert.pem: the certificate alone, to hand out.
std::filesystem::path ca_certificate_file(const std::filesystem::path& folder);

struct OpenedCa {
  CertificateAuthority ca;
  bool created = false;  // made just now
};

// Loads the CA from the folder, or makes the folder (mode 0700) and the CA in it. A missing
// stanzascope-ca-cert.pem is written again. Nothing and `error`, one line that names the file and what to
// do, where it cannot be read or written, or its content is unusable (mismatch, expired).
std::optional<OpenedCa> open_ca(const std::filesystem::path& folder, parser::Time now, std::string& error);

}  // namespace proxy
