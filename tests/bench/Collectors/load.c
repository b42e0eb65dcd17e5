/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Load for collectors (scripts/bench-collectors, scripts/soak-collectors), over loopback only.
 *
 *   load loops N                        nanoseconds of one getppid and of one open and close, the mean of N: `GETPPID OPENCLOSE`
 *   load pace KIND RATE SECONDS         KIND so often a second, evenly; prints how many it made and how many a second
 *     calls        getppid: one call
 *     refused      a connection to a port where nobody listens: one record of connect
 *     connections  a connection that carries 100 bytes and is cut: two records of connect and two of tcp_metrics
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define TURN 1000000L
#define SECOND 1000000000L
#define BYTES 100
#define NOBODY 9

static struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = 0 };
static int listener;

static long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * SECOND + time.tv_nsec;
}

static void check(int is_well, const char *what)
{
	if (is_well) return;
	perror(what);
	exit(1);
}

static void call(void)
{
	syscall(SYS_getppid);
}

static void refused(void)
{
	int client = socket(AF_INET, SOCK_STREAM, 0);

	check(connect(client, (void *)&address, sizeof(address)) < 0 && errno == ECONNREFUSED, "refused");
	close(client);
}

static void connection(void)
{
	struct linger cut = { 1, 0 };
	char bytes[BYTES] = { 0 };
	int client = socket(AF_INET, SOCK_STREAM, 0), server;

	check(connect(client, (void *)&address, sizeof(address)) == 0, "connect");
	server = accept(listener, NULL, NULL);
	check(send(client, bytes, BYTES, 0) == BYTES && recv(server, bytes, BYTES, MSG_WAITALL) == BYTES, "carry");
	/* Nothing waits out its time, so that ports do not run out. */
	setsockopt(client, SOL_SOCKET, SO_LINGER, &cut, sizeof(cut));
	close(client);
	close(server);
}

static void listen_here(void)
{
	socklen_t size = sizeof(address);

	listener = socket(AF_INET, SOCK_STREAM, 0);
	check(bind(listener, (void *)&address, sizeof(address)) == 0 && listen(listener, 128) == 0, "listen");
	getsockname(listener, (void *)&address, &size);
}

static int pace(const char *kind, double rate, double seconds)
{
	void (*one)(void) = strcmp(kind, "calls") == 0 ? call : strcmp(kind, "refused") == 0 ? refused : connection;
	long begun, end, at, made = 0;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (one == connection) listen_here();
	else address.sin_port = htons(NOBODY);
	begun = now();
	end = begun + (long)(seconds * SECOND);
	while ((at = now()) < end) {
		long due = (long)((at - begun) * rate / SECOND);
		struct timespec turn = { 0, TURN };

		/* What can't be made in a turn is given up, so that a load too high does not pile up. */
		for (long stop = at + 20 * TURN; made < due && (made % 64 || now() < stop); made++) one();
		nanosleep(&turn, NULL);
	}
	printf("%ld %.0f\n", made, made * (double)SECOND / (now() - begun));
	return 0;
}

static int loops(long count)
{
	long begun = now(), middle;

	for (long i = 0; i < count; i++) call();
	middle = now();
	for (long i = 0; i < count / 4; i++) close(open("/dev/null", O_RDONLY));
	printf("%.1f %.1f\n", (middle - begun) / (double)count, (now() - middle) / (count / 4.0));
	return 0;
}

int main(int count, char **arguments)
{
	if (count == 3 && strcmp(arguments[1], "loops") == 0) return loops(atol(arguments[2]));
	if (count == 5 && strcmp(arguments[1], "pace") == 0) return pace(arguments[2], atof(arguments[3]), atof(arguments[4]));
	fprintf(stderr, "usage: load loops N | load pace calls|refused|connections RATE SECONDS\n");
	return 2;
}
