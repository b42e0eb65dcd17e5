/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Work whose numbers are known, for collectors to count: linked statically, so that it makes no call that is not written here.
 *
 *   work true      ends
 *   work GROUP     enters the control group of that folder, starts itself 40 times, makes 25 connections over loopback, each with a request of HTTP and its answer, and 7 that are refused, and calls
 *                  the kernel as below
 *
 * The numbers stand in ../Real/KnownWork.cs too.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PROCESSES 40
#define CONNECTIONS 25
#define REFUSED 7
#define ASKED 4321
#define ANSWERED 1234
#define PARENTS 1000
#define ABSENT 123
#define TURNS 200
#define SLEEPS 10

static char bytes[ASKED], asked[ASKED], answered[ANSWERED];

static void check(int is_well, const char *what)
{
	if (is_well) return;
	perror(what);
	exit(1);
}

static void enter(const char *group)
{
	char path[512];
	int file;

	snprintf(path, sizeof(path), "%s/cgroup.procs", group);
	file = open(path, O_WRONLY);
	check(file >= 0 && write(file, "0", 1) == 1 && close(file) == 0, path);
}

static void processes(void)
{
	for (int i = 0; i < PROCESSES; i++) {
		char *arguments[] = { "work", "true", NULL };
		int status;
		pid_t child = fork();

		check(child >= 0, "fork");
		if (child == 0) {
			execv("/proc/self/exe", arguments);
			_exit(127);
		}
		check(waitpid(child, &status, 0) == child && status == 0, "wait");
	}
}

/* A message that is `size` bytes long: its first line, and a body. */
static void compose(char *message, size_t size, const char *line)
{
	int head = snprintf(message, size, "%s\r\nContent-Length: %04d\r\n\r\n", line, 0);

	memset(message, 'x', size);
	message[snprintf(message, size, "%s\r\nContent-Length: %04d\r\n\r\n", line, (int)size - head)] = 'x';
}

/* Of five requests one is not found and one fails. */
static void exchange(int number)
{
	static const char *answers[] = { "HTTP/1.1 404 Not Found", "HTTP/1.1 503 Service Unavailable", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK" };
	char line[64];

	snprintf(line, sizeof(line), "POST /%d HTTP/1.1", number);
	compose(asked, ASKED, line);
	compose(answered, ANSWERED, answers[number % 5]);
}

static void carry(int from, int to, const char *message, size_t size)
{
	check(send(from, message, size, 0) == (ssize_t)size, "send");
	check(recv(to, bytes, size, MSG_WAITALL) == (ssize_t)size, "recv");
}

static void connections(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(7000), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	check(bind(listener, (void *)&address, sizeof(address)) == 0 && listen(listener, 16) == 0, "listen");
	for (int i = 0; i < CONNECTIONS + REFUSED; i++) {
		int client = socket(AF_INET, SOCK_STREAM, 0), server;

		/* Nobody listens at port 9. */
		address.sin_port = htons(i < CONNECTIONS ? 7000 : 9);
		check((connect(client, (void *)&address, sizeof(address)) == 0) == (i < CONNECTIONS), "connect");
		if (i < CONNECTIONS) {
			server = accept(listener, NULL, NULL);
			check(server >= 0, "accept");
			exchange(i);
			carry(client, server, asked, ASKED);
			carry(server, client, answered, ANSWERED);
			/* The server's end is read to its end, so that the last acknowledgement comes while it is closed. */
			shutdown(client, SHUT_WR);
			check(recv(server, bytes, 1, 0) == 0, "end");
			close(server);
			check(recv(client, bytes, 1, 0) == 0, "end");
		}
		close(client);
	}
	close(listener);
}

static void calls(void)
{
	struct timespec moment = { .tv_nsec = 2000000 };
	int ends[2];

	for (int i = 0; i < PARENTS; i++) syscall(SYS_getppid);
	for (int i = 0; i < ABSENT; i++) check(open("/nonexistent", O_RDONLY) < 0, "open");
	check(pipe(ends) == 0, "pipe");
	for (int i = 0; i < TURNS; i++) check(write(ends[1], "x", 1) == 1 && read(ends[0], bytes, 1) == 1, "pipe");
	for (int i = 0; i < SLEEPS; i++) nanosleep(&moment, NULL);
}

int main(int count, char **arguments)
{
	if (count > 1 && strcmp(arguments[1], "true") == 0) return 0;
	if (count != 2) return 2;
	enter(arguments[1]);
	processes();
	connections();
	calls();
	return 0;
}
