// Figures about the rows that the filter, the chosen session and the chosen time leave: how much, when, by
// whom, how fast it was answered. Counted a slice at a time, and counted afresh when other rows are asked
// for.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "viewer/model/ack_lag.h"
#include "viewer/model/round_trips.h"
#include "viewer/model/row_filter.h"
#include "viewer/model/traffic.h"

namespace viewer {

// Requests of one payload namespace, or to one peer.
struct RequestFigures {
  std::string name;
  std::string title;  // of the namespace's specification; empty: unknown, or a peer
  uint64_t requests = 0;
  uint64_t errors = 0;
  RoundTrips trips;  // of the answers
};

struct NamespaceFigures {
  std::string name;
  std::string title;
  uint64_t count = 0;  // elements directly inside of stanzas
  uint64_t bytes = 0;
};

struct TalkerFigures {
  std::string name;  // bare address
  uint64_t stanzas = 0;
  uint64_t bytes = 0;
};

// Presence that came from somebody (their bare address), and how often it flipped.
struct PresenceFigures {
  std::string name;
  uint64_t available = 0;
  uint64_t unavailable = 0;
  uint64_t flips = 0;  // from one of them to the other
};

class Statistics {
 public:
  static constexpr size_t kMostNames = 4096;  // of each table; what comes later is counted as "others"
  static constexpr size_t kMostWaiting = 65'536;

  Statistics(const CaptureStore& store, const RowFilter& view);

  // Takes at most `most` more rows; false when all that the filter has judged were taken.
  bool step(size_t most);
  bool complete() const { return taken_ == store_.rows(); }
  size_t taken() const { return taken_; }
  uint64_t version() const { return version_; }  // grows with every change

  const TrafficOverTime& traffic() const { return traffic_; }
  const Traffic& total() const { return total_; }
  const RoundTrips& trips() const { return trips_; }
  const AckLag& lag() const { return lag_; }
  uint64_t requests() const { return requests_; }
  // The tables, largest first, as many of each as are asked for; and requests of the shown rows that have no
  // answer yet, oldest first. Made anew only when something changed.
  struct Tables {
    std::vector<RequestFigures> by_namespace;
    std::vector<RequestFigures> by_peer;
    std::vector<NamespaceFigures> namespaces;
    std::vector<TalkerFigures> talkers;
    std::vector<PresenceFigures> presence;
    std::vector<RowIndex> unanswered;
    uint64_t unanswered_count = 0;
  };
  const Tables& tables(size_t most);
  size_t namespace_count() const { return namespaces_.size(); }
  size_t talker_count() const { return talkers_.size(); }

 private:
  struct Contact {
    PresenceFigures figures;
    bool known = false;
    bool available = false;
  };
  template <typename Value>
  using Table = std::map<std::string, Value, std::less<>>;

  void restart();
  void take(RowIndex index);
  void take_stanza(RowIndex index, const Row& row);
  void take_payloads(const parser::xml::Element& stanza);
  void take_iq(RowIndex index, const Row& row, std::string_view payload);
  void take_presence(const Row& row);
  bool in_scope(const Row& row) const;
  std::string talker(const Row& row);

  const CaptureStore& store_;
  const RowFilter& view_;
  Reparser reparser_;
  uint64_t generation_ = 0;
  uint64_t version_ = 0;
  size_t taken_ = 0;     // rows of the store
  size_t position_ = 0;  // in the view
  TrafficOverTime traffic_;
  Traffic total_;
  RoundTrips trips_;
  AckLag lag_;
  uint64_t requests_ = 0;
  std::vector<RowIndex> waiting_;
  Table<RequestFigures> by_namespace_;
  Table<RequestFigures> by_peer_;
  Table<NamespaceFigures> namespaces_;
  Table<TalkerFigures> talkers_;
  Table<Contact> presence_;
  Tables tables_;
  uint64_t tables_version_ = 0;
  size_t tables_most_ = 0;
  std::vector<std::string> clients_;  // bare address of the client, by connection; as far as asked for
};

}  // namespace viewer
