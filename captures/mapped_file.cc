// A page of a mapping whose file became shorter raises SIGBUS when it is touched. A viewer must not die of
// that: the handler puts an empty page in its place. It may call nothing but mmap, so the mappings stand in a
// fixed table that it can read at any moment.
#include "captures/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <system_error>

namespace captures {
namespace {

constexpr size_t kMostMappings = 64;  // at a time; further files are read instead

struct Slot {
  std::atomic<uintptr_t> begin{0};
  std::atomic<size_t> size{0};
  std::atomic<bool> cut{false};
};
std::array<Slot, kMostMappings> slots;
std::mutex slots_mutex;  // of those who take and free one; the handler only looks
struct sigaction previous;

void on_bus_error(int number, siginfo_t* info, void* context) {
  const auto address = reinterpret_cast<uintptr_t>(info->si_addr);
  for (Slot& slot : slots) {
    const uintptr_t begin = slot.begin.load();
    if (begin == 0 || address < begin || address >= begin + slot.size.load()) continue;
    const auto page = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
    void* const at = reinterpret_cast<void*>(address / page * page);  // NOLINT(performance-no-int-to-ptr)
    if (::mmap(at, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED) break;
    slot.cut = true;
    return;
  }
  // None of ours: what would have happened without us, happens.
  if ((previous.sa_flags & SA_SIGINFO) != 0 && previous.sa_sigaction != nullptr) {
    previous.sa_sigaction(number, info, context);
    return;
  }
  ::signal(number, SIG_DFL);
  ::raise(number);
}

void install_handler() {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction action {};
    action.sa_sigaction = on_bus_error;
    action.sa_flags = SA_SIGINFO;
    sigemptyset(&action.sa_mask);
    ::sigaction(SIGBUS, &action, &previous);
  });
}

}  // namespace

std::unique_ptr<MappedFile> MappedFile::open(const std::string& path, std::string& error) {
  error.clear();
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    error = "Cannot open " + path + ": " + std::generic_category().message(errno) + ".";
    return nullptr;
  }
  struct stat status {};
  const bool mappable = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0;
  if (S_ISDIR(status.st_mode)) error = "Cannot open " + path + ": it is a folder. Name a capture file.";
  std::unique_ptr<MappedFile> file;
  const auto size = static_cast<size_t>(status.st_size);
  void* at = mappable ? ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
  ::close(fd);
  if (at == MAP_FAILED) return nullptr;
  ::madvise(at, size, MADV_SEQUENTIAL);
  install_handler();
  const std::lock_guard lock(slots_mutex);
  for (size_t i = 0; i < slots.size(); ++i) {
    if (slots[i].begin.load() != 0) continue;
    slots[i].size = size;
    slots[i].cut = false;
    slots[i].begin = reinterpret_cast<uintptr_t>(at);
    return std::unique_ptr<MappedFile>(new MappedFile({static_cast<const char*>(at), size}, i));
  }
  ::munmap(at, size);
  return nullptr;
}

MappedFile::~MappedFile() {
  const std::lock_guard lock(slots_mutex);
  slots[slot_].begin = 0;
  ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

bool MappedFile::was_cut() const {
  return slots[slot_].cut.load();
}

}  // namespace captures
