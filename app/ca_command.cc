// Makes the CA where it is missing, and says in one screen where it is and what each client wants to hear.
// The clients are a table: another one is another row.

#include "app/ca_command.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "app/command.h"
#include "app/confdir.h"
#include "app/exit_code.h"
#include "app/wall_clock.h"
#include "proxy/tls/ca_store.h"

namespace app {
namespace {

// {cert}: path of the certificate, {dir}: its folder.
struct TrustRow {
  std::string_view client;
  std::string_view steps;
};

constexpr TrustRow kClients[] = {
    {"slixmpp", "client.ca_certs = \"{cert}\"   (before connect())"},
    {"@xmpp/client", "NODE_EXTRA_CA_CERTS={cert} node client.js"},
    {"go-sendxmpp", "SSL_CERT_FILE={cert} go-sendxmpp …"},
    {"profanity", "the system store (below); or /tls always when it asks about the certificate"},
    {"Gajim", "the system store (below), and restart it; or accept the certificate in its dialog"},
    {"Dino", "the system store (below), and restart it"},
    {"Psi, Psi+", "the system store (below); or \"Trust this certificate\" in the dialog when connecting"},
    {"Conversations",
     "copy the certificate to the phone, Settings → Security → Install a certificate → CA "
     "certificate; or accept it when Conversations asks"},
};

constexpr TrustRow kSystems[] = {
    {"Debian, Ubuntu",
     "sudo cp {cert} /usr/local/share/ca-certificates/stanzascope-ca.crt && sudo "
     "update-ca-certificates"},
    {"macOS", "sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain {cert}"},
    {"Windows", "certutil -addstore -user Root stanzascope-ca-cert.pem"},
};

std::string quoted(const std::string& path) {
  const bool plain =
      path.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+,@%") ==
      std::string::npos;
  return plain ? path : "'" + path + "'";
}

std::string filled(std::string_view steps, const std::string& certificate) {
  std::string text(steps);
  const size_t at = text.find("{cert}");
  if (at == std::string::npos) return text;
  // Where the row has quotes around it, it needs none of its own.
  const bool in_quotes = at > 0 && text[at - 1] == '"';
  return text.replace(at, 6, in_quotes ? certificate : quoted(certificate));
}

std::string day(parser::Time time) {
  return fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

void print_rows(std::span<const TrustRow> rows, const std::string& certificate) {
  for (const TrustRow& row : rows) {
    std::cout << fmt::format("  {:<15} {}\n", row.client, filled(row.steps, certificate));
  }
}

void print_json(const proxy::OpenedCa& opened, const std::filesystem::path& folder,
                const std::string& certificate) {
  nlohmann::ordered_json line{{"type", "ca"},
                              {"certificate", certificate},
                              {"key", proxy::ca_key_file(folder).string()},
                              {"created", opened.created},
                              {"subject", opened.ca.subject()},
                              {"fingerprint_sha256", opened.ca.fingerprint()},
                              {"not_after", day(opened.ca.not_after())}};
  auto trust = nlohmann::ordered_json::object();
  for (const std::span<const TrustRow> rows :
       {std::span<const TrustRow>(kClients), std::span<const TrustRow>(kSystems)}) {
    for (const TrustRow& row : rows) trust[std::string(row.client)] = filled(row.steps, certificate);
  }
  line["trust"] = std::move(trust);
  std::cout << line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
}

}  // namespace

int run_ca(int argc, char** argv) {
  std::string confdir;
  bool json = false;
  CLI::App options("Shows where the CA is (made on first use), and how clients are made to trust it.",
                   "stanzascope ca");
  options.add_option("--confdir", confdir, "Folder of the CA (default: $XDG_DATA_HOME/stanzascope)")
      ->type_name("FOLDER");
  options.add_flag("--json", json, "Print one JSON object");
  options.footer(
      "Examples:\n"
      "  stanzascope ca\n"
      "  SSL_CERT_FILE=$(stanzascope ca --json | jq -r .certificate) go-sendxmpp …\n"
      "      for one run of a client that reads SSL_CERT_FILE\n\n"
      "Exit codes: 0 fine, 2 usage, 3 the CA could not be read or made.");
  if (const auto code = parse_arguments(options, argc, argv)) return *code;

  const std::filesystem::path folder = std::filesystem::absolute(configuration_folder(confdir));
  std::string error;
  const parser::Time now = wall_clock();
  const auto opened = proxy::open_ca(folder, now, error);
  if (!opened) {
    std::cerr << "stanzascope ca: " << error << '\n';
    return kExitUnreadable;
  }
  const std::string certificate = proxy::ca_certificate_file(folder).string();
  if (json) {
    print_json(*opened, folder, certificate);
    return kExitFine;
  }
  std::cout << (opened->created ? "Made a CA.\n" : "") << "Certificate  " << certificate
            << "   (to hand out)\n"
            << "Private key  " << proxy::ca_key_file(folder).string()
            << "   (keep: whoever has it can read what trusts it)\n"
            << "Subject      " << opened->ca.subject() << '\n'
            << "SHA-256      " << opened->ca.fingerprint() << '\n'
            << "Valid until  " << day(opened->ca.not_after()) << "\n\n"
            << "Client\n";
  print_rows(kClients, certificate);
  std::cout << "\nSystem store (every program that uses it)\n";
  print_rows(kSystems, certificate);
  std::cout
      << "\nTrust it on machines for testing only, and take it out afterwards (on Debian: delete that file,\n"
         "then sudo update-ca-certificates --fresh).\n";
  return kExitFine;
}

}  // namespace app
