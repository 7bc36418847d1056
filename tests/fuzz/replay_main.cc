// Stands in for libFuzzer where a fuzzer is built as an ordinary test: runs the fuzz entry over every file
// of the given folders and files. Fails where there is nothing to run.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int main(int argc, char** argv) {
  std::vector<std::filesystem::path> files;
  for (int i = 1; i < argc; ++i) {
    if (std::filesystem::is_directory(argv[i])) {
      for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
        if (entry.is_regular_file()) files.push_back(entry.path());
      }
    } else {
      files.emplace_back(argv[i]);
    }
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
      std::cerr << file << " cannot be read\n";
      return 1;
    }
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    std::cerr << "running " << file.filename() << " (" << bytes.size() << " bytes)\n";  // seen if it crashes
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  }
  std::cerr << files.size() << " inputs ran\n";
  return files.empty() ? 1 : 0;
}
