// floor: the least work that a server of this kind can do. One thread, epoll, one connection to Redis, every event
// one frame made once, one send() for each stream. No authorisation, no heartbeat, no log; the JSON isn't parsed.
//
//   floor PORT REDIS_PORT [--coalesce]
//
// GET /events/ID streams what is published on session:ID. With --coalesce all events of one read from Redis are sent
// in one send() for each stream.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <unordered_map>
#include <vector>

using std::string;

struct Session {
  std::vector<int> streams;
  string frames;
};

struct Client {
  string request;
  Session *session = nullptr;
  string *backlog = nullptr;
};

static const int MaxFiles = 65536;

static std::unordered_map<string, Session> sessions;
static std::vector<Client> clients;
static std::vector<Session *> waiting;
static string from_redis;
static int epoll_set, redis_socket;
static bool coalesce;

static void watch(int socket, int operation, unsigned events) {
  epoll_event e{};
  e.events = events;
  e.data.fd = socket;
  epoll_ctl(epoll_set, operation, socket, &e);
}

static void leave(int socket) {
  Client &client = clients[socket];
  if (client.session) {
    auto &streams = client.session->streams;
    for (size_t i = 0; i < streams.size(); i++)
      if (streams[i] == socket) {
        streams[i] = streams.back();
        streams.pop_back();
        break;
      }
  }
  delete client.backlog;
  client = Client();
  close(socket);
}

// What the kernel doesn't take waits in the client's backlog.
static void put(int socket, const char *bytes, size_t length) {
  Client &client = clients[socket];
  if (client.backlog) {
    client.backlog->append(bytes, length);
    return;
  }
  ssize_t sent = send(socket, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent == (ssize_t)length) return;
  if (sent < 0) {
    if (errno != EAGAIN) return;
    sent = 0;
  }
  client.backlog = new string(bytes + sent, length - sent);
  watch(socket, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
}

static void drain(int socket) {
  Client &client = clients[socket];
  if (!client.backlog) return;
  ssize_t sent = send(socket, client.backlog->data(), client.backlog->size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent > 0) client.backlog->erase(0, sent);
  if (!client.backlog->empty()) return;
  delete client.backlog;
  client.backlog = nullptr;
  watch(socket, EPOLL_CTL_MOD, EPOLLIN);
}

static void deliver(Session &session) {
  for (int stream : session.streams) put(stream, session.frames.data(), session.frames.size());
  session.frames.clear();
}

static void on_message(const char *channel, size_t channel_length, const char *data, size_t length) {
  static const char Prefix[] = "session:", Head[] = "event: agent_message_delta\ndata: ";
  const size_t prefix = sizeof Prefix - 1, head = sizeof Head - 1;
  auto found = sessions.find(string(channel + prefix, channel_length - prefix));
  if (found == sessions.end() || found->second.streams.empty()) return;
  Session &session = found->second;
  if (coalesce && session.frames.empty()) waiting.push_back(&session);
  char size[24];
  session.frames.append(size, snprintf(size, sizeof size, "%zx\r\n", head + length + 2));
  session.frames.append(Head, head).append(data, length).append("\n\n\r\n");
  if (!coalesce) deliver(session);
}

// Arrays of three: "message", channel, text; or the answer to SUBSCRIBE, whose third is a number.
static bool take_array(size_t &at) {
  size_t p = at;
  auto number = [&](long &value) {
    size_t end = from_redis.find("\r\n", p);
    if (end == string::npos) return false;
    value = atol(&from_redis[p + 1]);
    p = end + 2;
    return true;
  };
  long value;
  if (p >= from_redis.size() || from_redis[p] != '*' || !number(value)) return false;
  const char *part[3];
  size_t length[3];
  for (int i = 0; i < 3; i++) {
    if (p >= from_redis.size()) return false;
    bool is_number = from_redis[p] == ':';
    if (!number(value)) return false;
    part[i] = is_number ? nullptr : &from_redis[p];
    length[i] = is_number ? 0 : value;
    if (is_number) continue;
    if (from_redis.size() < p + value + 2) return false;
    p += value + 2;
  }
  if (length[0] == strlen("message") && part[2]) on_message(part[1], length[1], part[2], length[2]);
  at = p;
  return true;
}

static void on_redis() {
  static char buffer[1 << 18];
  ssize_t count = recv(redis_socket, buffer, sizeof buffer, 0);
  if (count <= 0) {
    if (count < 0 && errno == EAGAIN) return;
    perror("redis");
    exit(1);
  }
  from_redis.append(buffer, count);
  size_t at = 0;
  while (take_array(at)) {
  }
  from_redis.erase(0, at);
  for (Session *session : waiting) deliver(*session);
  waiting.clear();
}

static void on_client(int socket) {
  static const char Path[] = "GET /events/";
  const size_t path = sizeof Path - 1;
  char buffer[8192];
  ssize_t count = recv(socket, buffer, sizeof buffer, 0);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) return leave(socket);
  Client &client = clients[socket];
  if (client.session) return;
  client.request.append(buffer, count);
  if (client.request.find("\r\n\r\n") == string::npos) return;
  size_t end = client.request.find(' ', path);
  if (client.request.compare(0, path, Path) || end == string::npos) return leave(socket);
  string id = client.request.substr(path, end - path);
  string().swap(client.request);
  auto [session, is_new] = sessions.try_emplace(id);
  client.session = &session->second;
  if (is_new) {
    string channel = "session:" + id;
    string command = "*2\r\n$9\r\nSUBSCRIBE\r\n$" + std::to_string(channel.size()) + "\r\n" + channel + "\r\n";
    if (send(redis_socket, command.data(), command.size(), MSG_NOSIGNAL) < 0) perror("redis");
  }
  client.session->streams.push_back(socket);
  static const char Answer[] =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n: hi\n\n\r\n";
  put(socket, Answer, sizeof Answer - 1);
}

static void on_connect(int listener) {
  int one = 1, socket;
  while ((socket = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK)) >= 0) {
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    clients[socket] = Client();
    watch(socket, EPOLL_CTL_ADD, EPOLLIN);
  }
}

int main(int count, char **arguments) {
  if (count < 3) {
    fprintf(stderr, "usage: floor PORT REDIS_PORT [--coalesce]\n");
    return 2;
  }
  coalesce = count > 3 && !strcmp(arguments[3], "--coalesce");
  signal(SIGPIPE, SIG_IGN);
  rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  clients.resize(MaxFiles);
  epoll_set = epoll_create1(0);

  int one = 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(atoi(arguments[2]));
  redis_socket = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(redis_socket, (sockaddr *)&address, sizeof address)) {
    perror("redis");
    return 1;
  }
  setsockopt(redis_socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  watch(redis_socket, EPOLL_CTL_ADD, EPOLLIN);

  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  address.sin_port = htons(atoi(arguments[1]));
  if (bind(listener, (sockaddr *)&address, sizeof address) || listen(listener, 4096)) {
    perror("listen");
    return 1;
  }
  watch(listener, EPOLL_CTL_ADD, EPOLLIN);

  for (;;) {
    epoll_event events[256];
    int ready = epoll_wait(epoll_set, events, 256, -1);
    for (int i = 0; i < ready; i++) {
      int socket = events[i].data.fd;
      if (socket == redis_socket) {
        on_redis();
      } else if (socket == listener) {
        on_connect(listener);
      } else {
        if (events[i].events & EPOLLOUT) drain(socket);
        if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) on_client(socket);
      }
    }
  }
}
