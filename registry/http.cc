#include "registry/http.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include <sys/mman.h>
#include <unistd.h>

#include "registry/http_transfer.h"
#include "resolver/base/files.h"

namespace pkg::registry {
namespace {

// Where distributions keep the certificates they trust.
constexpr const char* kSystemCaFiles[] = {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                                          "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem", "/etc/pki/tls/cacert.pem"};

std::string system_ca_file(const HttpOptions& options) {
  if (!options.system_ca_file.empty()) return options.system_ca_file;
  for (const char* path : kSystemCaFiles)
    if (::access(path, R_OK) == 0) return path;
  return {};
}

// A path that names `text`, for as long as `fd` (set here) is open.
std::string memory_file(const std::string& text, int& fd) {
  fd = ::memfd_create("ca", MFD_CLOEXEC);
  if (fd < 0) return {};
  for (std::size_t at = 0; at < text.size();) {
    ssize_t count = ::write(fd, text.data() + at, text.size() - at);
    if (count <= 0) break;
    at += static_cast<std::size_t>(count);
  }
  return "/proc/self/fd/" + std::to_string(fd);
}

}  // namespace

std::string_view HttpResponse::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

class Http::Impl {
 public:
  explicit Impl(HttpOptions options) : options_(std::move(options)), budget_(std::make_shared<HttpBudget>()) {
    budget_->limit = options_.budget;
  }

  ~Impl() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
      if (multi_) api_->multi_wakeup(multi_);
    }
    if (thread_.joinable()) thread_.join();
    {
      std::lock_guard lock(budget_->mutex);
      budget_->wake = nullptr;
    }
    if (ca_fd_ >= 0) ::close(ca_fd_);
  }

  void start(HttpRequest request, Done done) {
    std::unique_lock lock(mutex_);
    if (!multi_) {
      if (auto opened = open(); !opened) {
        lock.unlock();
        done(tl::unexpected<Error>(std::move(opened).error()));
        return;
      }
    }
    incoming_.push_back(std::make_unique<Transfer>(std::move(request), std::move(done), next_number_++));
    // From the network's own thread no call is needed to wake it.
    if (std::this_thread::get_id() != thread_.get_id()) api_->multi_wakeup(multi_);
  }

  Counters counters() const { return {received_, answered_, retries_}; }

 private:
  using Clock = std::chrono::steady_clock;

  Result<void> open() {
    PKG_TRY(api_, CurlApi::get());
    multi_ = api_->multi_init();
    if (!multi_) return fail(code::kNetwork, "the network library could not start");
    api_->multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, options_.max_connections);
    api_->multi_setopt(multi_, CURLMOPT_MAXCONNECTS, options_.max_connections * 2);
    api_->multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
    choose_certificates();
    budget_->wake = [api = api_, multi = multi_] { api->multi_wakeup(multi); };
    thread_ = std::thread([this] { run(); });
    return {};
  }

  void choose_certificates() {
    DiskFiles files;
    if (!options_.ca.empty()) {
      std::string text;
      for (const std::string& pem : options_.ca) text += pem + "\n";
      ca_file_ = memory_file(text, ca_fd_);
    } else if (!options_.ca_file.empty()) {
      ca_file_ = options_.ca_file;
    } else {
      ca_file_ = system_ca_file(options_);
      if (options_.extra_ca_file.empty()) return;
      // As in Node, an unreadable extra file is no error: its certificates are just not trusted.
      auto extra = files.read(options_.extra_ca_file);
      auto trusted = ca_file_.empty() ? std::optional<std::string>("") : files.read(ca_file_);
      if (extra && trusted) ca_file_ = memory_file(*trusted + "\n" + *extra, ca_fd_);
    }
  }

  void run() {
    for (;;) {
      {
        std::lock_guard lock(mutex_);
        if (stopping_) break;
        for (auto& transfer : incoming_) {
          transfer->budget = budget_;
          transfer->received = &received_;
          transfer->oldest = &oldest_;
          enqueue(std::move(transfer));
        }
        incoming_.clear();
      }
      long wait = wake_retries();
      begin();
      resume_paused();
      int running = 0;
      api_->multi_perform(multi_, &running);
      bool finished = collect();
      if (finished) continue;  // room for more, at once
      api_->multi_poll(multi_, nullptr, 0, static_cast<int>(std::min(wait, 1000L)), nullptr);
    }
    close();
  }

  void enqueue(std::unique_ptr<Transfer> transfer) {
    auto& queue = transfer->is_first() ? first_ : later_;
    queue.push_back(std::move(transfer));
  }

  // Moves retries that are due into the queue. Milliseconds until the next.
  long wake_retries() {
    auto now = Clock::now();
    while (!waiting_.empty() && waiting_.begin()->first <= now) {
      enqueue(std::move(waiting_.begin()->second));
      waiting_.erase(waiting_.begin());
    }
    if (waiting_.empty()) return 60'000;
    return 1 + std::chrono::duration_cast<std::chrono::milliseconds>(waiting_.begin()->first - now).count();
  }

  // What is asked for first gets every connection; the rest leaves some free,
  // and waits while memory is full.
  void begin() {
    auto room = static_cast<std::size_t>(std::max(1L, options_.max_connections));
    std::size_t room_for_later = std::max<std::size_t>(1, room - room / 8);
    while (active_.size() < room && !first_.empty()) begin(first_);
    while (active_.size() < room_for_later && !later_.empty() && (active_.empty() || !budget_->exceeded()))
      begin(later_);
  }

  void begin(std::deque<std::unique_ptr<Transfer>>& queue) {
    std::unique_ptr<Transfer> transfer = std::move(queue.front());
    queue.pop_front();
    CURL* easy;
    if (spare_.empty()) {
      easy = api_->easy_init();
    } else {
      easy = spare_.back();
      spare_.pop_back();
      api_->easy_reset(easy);
    }
    auto prepared = transfer->prepare(*api_, easy, options_, ca_file_);
    if (!prepared) {
      spare_.push_back(easy);
      ++answered_;
      transfer->fail_with(std::move(prepared).error());
      return;
    }
    api_->multi_add_handle(multi_, easy);
    active_.emplace(transfer->number, std::move(transfer));
    oldest_ = active_.begin()->first;
  }

  void resume_paused() {
    bool exceeded = budget_->exceeded();
    for (auto& [number, transfer] : active_) {
      if (!transfer->paused || (exceeded && number != oldest_)) continue;
      transfer->paused = false;
      api_->easy_pause(transfer->easy, CURLPAUSE_CONT);
      if (exceeded) break;
    }
  }

  // Deals with what libcurl has finished. Whether there was anything.
  bool collect() {
    bool any = false;
    int left = 0;
    while (CURLMsg* message = api_->multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      any = true;
      CURL* easy = message->easy_handle;
      CURLcode result = message->data.result;
      Transfer* found = nullptr;
      api_->easy_getinfo(easy, CURLINFO_PRIVATE, &found);
      auto entry = active_.find(found->number);
      std::unique_ptr<Transfer> transfer = std::move(entry->second);
      active_.erase(entry);
      oldest_ = active_.empty() ? 0 : active_.begin()->first;
      Transfer::Next next = transfer->finish(*api_, easy, result, options_);
      api_->multi_remove_handle(multi_, easy);
      spare_.push_back(easy);
      switch (next) {
        case Transfer::Next::kAnswer:
          ++answered_;
          transfer->answer();
          break;
        case Transfer::Next::kFail:
          ++answered_;
          transfer->fail_with(transfer->take_error());
          break;
        case Transfer::Next::kFollow:
          enqueue(std::move(transfer));
          break;
        case Transfer::Next::kRetry:
          ++retries_;
          waiting_.emplace(transfer->retry_at(), std::move(transfer));
          break;
      }
    }
    return any;
  }

  void close() {
    for (auto& [number, transfer] : active_) {
      api_->multi_remove_handle(multi_, transfer->easy);
      api_->easy_cleanup(transfer->easy);
    }
    active_.clear();
    for (CURL* easy : spare_) api_->easy_cleanup(easy);
    std::lock_guard lock(budget_->mutex);
    budget_->wake = nullptr;
    api_->multi_cleanup(multi_);
  }

  const HttpOptions options_;
  std::shared_ptr<HttpBudget> budget_;
  const CurlApi* api_ = nullptr;
  CURLM* multi_ = nullptr;
  std::string ca_file_;
  int ca_fd_ = -1;
  std::thread thread_;

  std::mutex mutex_;  // guards what follows up to the blank line
  std::vector<std::unique_ptr<Transfer>> incoming_;
  std::uint64_t next_number_ = 1;
  bool stopping_ = false;

  // The network thread's own.
  std::deque<std::unique_ptr<Transfer>> first_, later_;
  std::map<std::uint64_t, std::unique_ptr<Transfer>> active_;
  std::multimap<Clock::time_point, std::unique_ptr<Transfer>> waiting_;
  std::vector<CURL*> spare_;
  std::uint64_t oldest_ = 0;

  std::atomic<std::uint64_t> received_{0}, answered_{0}, retries_{0};
};

Http::Http(HttpOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Http::~Http() = default;

void Http::start(HttpRequest request, Done done) { impl_->start(std::move(request), std::move(done)); }

Http::Counters Http::counters() const { return impl_->counters(); }

Result<HttpResponse> Http::fetch(HttpRequest request) {
  Result<HttpResponse> answer;
  std::vector<HttpRequest> requests;
  requests.push_back(std::move(request));
  fetch_all(std::move(requests), [&](std::size_t, Result<HttpResponse> response) { answer = std::move(response); });
  return answer;
}

void Http::fetch_all(std::vector<HttpRequest> requests,
                     const std::function<void(std::size_t, Result<HttpResponse>)>& on_done) {
  // Shared with the network's thread, which may still be leaving the last
  // callback when this function returns.
  struct Arrivals {
    std::mutex mutex;
    std::condition_variable ready;
    std::deque<std::pair<std::size_t, Result<HttpResponse>>> queue;
  };
  auto arrivals = std::make_shared<Arrivals>();
  for (std::size_t i = 0; i < requests.size(); ++i) {
    start(std::move(requests[i]), [arrivals, i](Result<HttpResponse> response) {
      std::lock_guard lock(arrivals->mutex);
      arrivals->queue.emplace_back(i, std::move(response));
      arrivals->ready.notify_one();
    });
  }
  for (std::size_t left = requests.size(); left > 0; --left) {
    std::unique_lock lock(arrivals->mutex);
    arrivals->ready.wait(lock, [&] { return !arrivals->queue.empty(); });
    auto [index, response] = std::move(arrivals->queue.front());
    arrivals->queue.pop_front();
    lock.unlock();
    on_done(index, std::move(response));
  }
}

}  // namespace pkg::registry
