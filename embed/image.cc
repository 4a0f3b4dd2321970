// Reads, maps, binds and protects the program under test.
#include "embed/image.h"

#include <dlfcn.h>
#include <sys/mman.h>

#include <cstring>
#include <fstream>
#include <iterator>

#include "embed/symbols.h"

namespace embed {
namespace {

constexpr const char* section_name = ".tricolor_program";
constexpr std::uint64_t page_bytes = 4096;
constexpr std::uint64_t once_bytes = 16;  // of std::call_once, in a thread's block

std::uint64_t align_up(std::uint64_t n, std::uint64_t a) { return (n + a - 1) / a * a; }

std::string no_program() {
  return "this executable holds no program; link one with -B and the folder of embed's ld";
}

}  // namespace

std::string Image::read() {
  std::ifstream file("/proc/self/exe", std::ios::binary);
  Elf64_Ehdr elf{};
  file.read(reinterpret_cast<char*>(&elf), sizeof elf);
  std::vector<Elf64_Shdr> sections(elf.e_shnum);
  file.seekg(static_cast<std::streamoff>(elf.e_shoff));
  file.read(reinterpret_cast<char*>(sections.data()),
            static_cast<std::streamsize>(sections.size() * sizeof(Elf64_Shdr)));
  if (!file || elf.e_shstrndx >= sections.size()) return no_program();
  std::vector<char> names(sections[elf.e_shstrndx].sh_size + 1);
  file.seekg(static_cast<std::streamoff>(sections[elf.e_shstrndx].sh_offset));
  file.read(names.data(), static_cast<std::streamsize>(names.size() - 1));
  for (const Elf64_Shdr& section : sections) {
    if (section.sh_name >= names.size()) continue;
    if (std::strcmp(names.data() + section.sh_name, section_name) != 0) continue;
    bytes_.resize(section.sh_size);
    file.seekg(static_cast<std::streamoff>(section.sh_offset));
    file.read(bytes_.data(), static_cast<std::streamsize>(bytes_.size()));
    return file && bytes_.size() > sizeof(Elf64_Ehdr) ? "" : no_program();
  }
  return no_program();
}

std::string Image::load() {
  std::string error = map_segments();
  if (!error.empty()) return error;
  read_dynamic();
  error = open_libraries();
  if (error.empty()) error = bind();
  if (error.empty() && main_ == nullptr) error = "the program has no main";
  if (!error.empty()) return error;
  for (int i = 0; i < header().e_phnum; i++) {
    if (segments()[i].p_type == PT_GNU_EH_FRAME) register_frames(segments()[i]);
  }
  protect();
  return "";
}

std::string Image::map_segments() {
  for (int i = 0; i < header().e_phnum; i++) {
    const Elf64_Phdr& s = segments()[i];
    if (s.p_type == PT_TLS) {
      tls_initial_ = {s.p_vaddr, s.p_vaddr + s.p_filesz};
      tls_bytes_ = align_up(s.p_memsz, 16);
    }
    if (s.p_type != PT_LOAD) continue;
    if (s.p_vaddr < image_base || s.p_vaddr + s.p_memsz > sim::space_base + sim::region_bytes) {
      return "the program is linked to addresses outside the simulated memory";
    }
    std::memcpy(reinterpret_cast<void*>(s.p_vaddr), bytes_.data() + s.p_offset, s.p_filesz);
    if ((s.p_flags & PF_W) != 0) writable_.push_back({s.p_vaddr, s.p_vaddr + s.p_memsz});
    if ((s.p_flags & PF_X) != 0) code_ = {s.p_vaddr, s.p_vaddr + s.p_memsz};
  }
  tls_bytes_ += once_bytes;
  return "";
}

void Image::read_dynamic() {
  const Elf64_Dyn* entries = nullptr;
  for (int i = 0; i < header().e_phnum; i++) {
    if (segments()[i].p_type == PT_DYNAMIC) {
      entries = reinterpret_cast<const Elf64_Dyn*>(segments()[i].p_vaddr);
    }
  }
  std::uint64_t value[64] = {};
  for (const Elf64_Dyn* d = entries; d != nullptr && d->d_tag != DT_NULL; d++) {
    if (d->d_tag < 64) value[d->d_tag] = d->d_un.d_val;
  }
  names_ = reinterpret_cast<const char*>(value[DT_STRTAB]);
  symbols_ = reinterpret_cast<const Elf64_Sym*>(value[DT_SYMTAB]);
  relocations_[0] = {value[DT_RELA], value[DT_RELA] + value[DT_RELASZ]};
  relocations_[1] = {value[DT_JMPREL], value[DT_JMPREL] + value[DT_PLTRELSZ]};
  const auto functions = [](std::uint64_t at, std::uint64_t bytes) {
    const auto* first = reinterpret_cast<const std::uint64_t*>(at);
    return at == 0 ? Range{} : Range{at, reinterpret_cast<std::uint64_t>(first + bytes / 8)};
  };
  const Range starts = functions(value[DT_INIT_ARRAY], value[DT_INIT_ARRAYSZ]);
  const Range ends = functions(value[DT_FINI_ARRAY], value[DT_FINI_ARRAYSZ]);
  for (std::uint64_t at = starts.begin; at < starts.end; at += 8) initialisers_.push_back(at);
  for (std::uint64_t at = ends.end; at > ends.begin; at -= 8) finalisers_.push_back(at - 8);
  for (const Elf64_Dyn* d = entries; d != nullptr && d->d_tag != DT_NULL; d++) {
    if (d->d_tag == DT_NEEDED) libraries_.push_back(names_ + d->d_un.d_val);
    if (d->d_tag == DT_RUNPATH) library_paths_.push_back(names_ + d->d_un.d_val);
  }
}

std::string Image::open_libraries() {
  for (const std::string& name : libraries_) {
    void* library = nullptr;
    for (const std::string& path : library_paths_) {
      library = dlopen((path + "/" + name).c_str(), RTLD_NOW | RTLD_GLOBAL);
      if (library != nullptr) break;
    }
    if (library == nullptr) library = dlopen(name.c_str(), RTLD_NOW | RTLD_GLOBAL);
    if (library == nullptr) return std::string("cannot load a library: ") + dlerror();
  }
  return "";
}

std::string Image::bind() {
  for (const Range& table : relocations_) {
    for (std::uint64_t at = table.begin; at < table.end; at += sizeof(Elf64_Rela)) {
      const std::string error = relocate(*reinterpret_cast<const Elf64_Rela*>(at));
      if (!error.empty()) return error;
    }
  }
  for (const auto* s = symbols_; reinterpret_cast<const char*>(s) < names_; s++) {
    if (s->st_shndx == SHN_UNDEF || std::strcmp(names_ + s->st_name, "main") != 0) continue;
    main_ = reinterpret_cast<Function>(s->st_value);
  }
  // Their addresses were bound like any other.
  for (auto* list : {&initialisers_, &finalisers_}) {
    for (std::uint64_t& at : *list) at = *reinterpret_cast<const std::uint64_t*>(at);
  }
  return "";
}

std::string Image::relocate(const Elf64_Rela& r) {
  auto& place = *reinterpret_cast<std::uint64_t*>(r.r_offset);
  const auto addend = static_cast<std::uint64_t>(r.r_addend);
  const Elf64_Sym& symbol = symbols_[ELF64_R_SYM(r.r_info)];
  const char* name = names_ + symbol.st_name;
  const bool defined = symbol.st_shndx != SHN_UNDEF;
  // std::call_once writes two thread-local variables of libstdc++, which live here.
  const bool is_callable = std::strcmp(name, "_ZSt15__once_callable") == 0;
  const bool is_call = std::strcmp(name, "_ZSt11__once_call") == 0;
  switch (ELF64_R_TYPE(r.r_info)) {
    case R_X86_64_RELATIVE:
      place = addend;
      return "";
    case R_X86_64_64:
    case R_X86_64_GLOB_DAT:
    case R_X86_64_JUMP_SLOT:
      place = (defined ? symbol.st_value
                       : find_symbol(name, ELF64_ST_BIND(symbol.st_info) == STB_WEAK)) +
              addend;
      return "";
    case R_X86_64_DTPMOD64:
      place = 1;
      return "";
    case R_X86_64_DTPOFF64:
      place = symbol.st_value + addend;
      if (is_callable) place = once_offset();
      if (is_call) place = once_offset() + 8;
      return "";
    default:
      return "relocation " + std::to_string(ELF64_R_TYPE(r.r_info)) + " of " + name +
             " is not known; compile the program with -fPIC";
  }
}

// Exceptions of the program are unwound by its libgcc, which finds the tables here.
void Image::register_frames(const Elf64_Phdr& header) {
  std::int32_t offset;  // behind four bytes of encodings: from itself to .eh_frame
  std::memcpy(&offset, reinterpret_cast<const void*>(header.p_vaddr + 4), sizeof offset);
  void* frames = reinterpret_cast<void*>(header.p_vaddr + 4 + static_cast<std::uint64_t>(offset));
  // The same tables at the same address every time the program is mapped.
  static bool registered = false;
  const auto add = reinterpret_cast<void (*)(void*)>(dlsym(RTLD_DEFAULT, "__register_frame"));
  if (add != nullptr && !registered) add(frames);
  registered = true;
  // The first look-up sorts the tables in memory of its own, which must not be the program's.
  struct Bases {
    void* words[3];
  } bases;
  const auto find =
      reinterpret_cast<const void* (*)(void*, Bases*)>(dlsym(RTLD_DEFAULT, "_Unwind_Find_FDE"));
  if (find != nullptr) find(reinterpret_cast<void*>(code_.begin), &bases);
}

void Image::protect() {
  for (int i = 0; i < header().e_phnum; i++) {
    const Elf64_Phdr& s = segments()[i];
    if (s.p_type != PT_LOAD || (s.p_flags & PF_W) != 0) continue;
    const std::uint64_t begin = s.p_vaddr / page_bytes * page_bytes;
    const std::uint64_t end = align_up(s.p_vaddr + s.p_memsz, page_bytes);
    mprotect(reinterpret_cast<void*>(begin), end - begin,
             PROT_READ | ((s.p_flags & PF_X) != 0 ? PROT_EXEC : 0));
  }
}

}  // namespace embed
