/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* What is remembered of connections and requests, and what is summed. */
#pragma once
#include "socket.h"

#define MAX_CONNECTIONS 8192
#define MAX_MARKS 16384
#define MAX_SUMS 2048
#define MAX_LINES 2048
#define BUCKETS 24

/* Requests of a connection that wait for their answers at once (pipelining). */
#define PENDING 16
/* Bytes of a request's first line that a record holds. */
#define LINE 256
/* Bytes that are read at once. */
#define WINDOW 192
/* Bytes of a line that the next read goes on with. Nothing that matters is further from a line's beginning. */
#define CARRY 64
/* Of a longer line what matters at its end. */
#define TAIL 16

#define REQUEST 0
#define RESPONSE 1

#define ROLE_SERVER 1
#define ROLE_CLIENT 2

/* NodeAgent/Collectors/Http/HttpMethods.cs */
enum method {
	METHOD_OTHER,
	METHOD_GET,
	METHOD_HEAD,
	METHOD_POST,
	METHOD_PUT,
	METHOD_DELETE,
	METHOD_OPTIONS,
	METHOD_PATCH,
	METHOD_CONNECT,
	METHOD_TRACE,
	/* A request of HTTP/2 that says its method in a way that is not read. */
	METHOD_HTTP2,
};

/* Where in a message a direction is: those before PHASE_BYTES by lines. */
enum phase {
	PHASE_FIRST,
	PHASE_HEADERS,
	PHASE_CHUNK,
	PHASE_TRAILERS,
	/* Of HTTP/2, behind its first line. */
	PHASE_PREFACE,
	PHASE_BYTES,
	PHASE_CHUNK_DATA = PHASE_BYTES,
	PHASE_BODY,
	PHASE_UNTIL_END,
};

struct request {
	__u64 begun;
	__u64 bytes : 56;
	__u64 method : 8;
};

/* One direction of a connection. */
struct stream {
	/* Of the body or the chunk. */
	__u64 left;
	__u64 length;
	/* Of the message so far, and when its first byte came. */
	__u64 bytes;
	__u64 begun;
	__u16 status;
	__u8 phase;
	__u8 method;
	__u8 has_length;
	__u8 is_chunked;
	/* The line at hand names the encoding; is so long that only its end is carried. */
	__u8 is_encoding;
	__u8 is_long;
	__u32 carried;
	__u32 slot;
	char carry[CARRY];
};

struct connection {
	__u64 socket;
	struct owner owner;
	__u32 lock;
	/* Set by whoever could not have the lock: what to do for the one who has it. */
	__u32 ending;
	__u16 port;
	__u8 role;
	/* A first line was right: it is HTTP. */
	__u8 is_known;
	/* HTTP has ended: what is carried now is another protocol. */
	__u8 is_over;
	__u8 is_http2;
	/* `taken` is known: not where system calls are heard of. */
	__u8 has_taken;
	__u8 pad[5];
	/* How far the program has taken what came, by the kernel's own count (tcp_sock.copied_seq). */
	__u32 taken;
	__u32 pad2;
	/* Requests by number: those from `oldest` wait. */
	__u32 oldest;
	__u32 next;
	/* Of the answer at hand: its status line, and its last byte so far. */
	__u64 first;
	__u64 last;
	/* Before the requests: the verifier bounds what is carried and what is added to it one by one, and wants room for both. */
	struct stream streams[2];
	struct request requests[PENDING];
};

/* Full is full, and counted: an entry is removed when its socket ends, so that none is lost in silence. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_CONNECTIONS);
	__type(key, __u64);
	__type(value, struct connection);
} connections SEC(".maps");

/* What a new connection begins as: it is too large for the stack. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct connection);
} blank SEC(".maps");

#define MAX_HTTP2 512
/* Requests of a connection of HTTP/2 that wait at once: what servers allow is mostly 100 or 128. */
#define WAITING 128

struct waiting {
	/* 0 where none is. */
	__u32 stream;
	__u16 status;
	__u8 method;
	__u8 is_answered : 1;
	__u8 has_body : 1;
	__u8 is_ending : 1;
	/* Its answer was seen before it; and that was all of it, or broke off. */
	__u8 is_early : 1;
	__u8 is_over : 1;
	__u8 is_aborted : 1;
	__u64 begun;
	__u64 first;
	__u64 request_bytes;
	__u64 response_bytes;
};

/* By the numbers of their streams, which grow. */
struct waiting_requests {
	__u32 last;
	__u32 pad;
	struct waiting requests[WAITING];
};

/* Of connections of HTTP/2. Made when it is needed: few are. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, MAX_HTTP2);
	__type(key, __u64);
	__type(value, struct waiting_requests);
} waiting_requests SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct waiting_requests);
} no_requests SEC(".maps");

static __always_inline __u32 inside_table(__u32 place)
{
	asm volatile("" : "+r"(place));
	return place & (WAITING - 1);
}

/* What is known of a socket that is not in `connections`. One that is forgotten counts as one that was there before: it is looked at again. */
enum mark {
	/* It stands and nothing was sent: its first bytes decide. */
	MARK_FRESH = 1,
	/* It is not HTTP. */
	MARK_OTHER = 2,
	/* It is HTTP that could not be followed: it may begin again in its role. */
	MARK_LOST_SERVER = 3,
	MARK_LOST_CLIENT = 4,
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_MARKS);
	__type(key, __u64);
	__type(value, __u32);
} marks SEC(".maps");

struct line_key {
	__u64 socket;
	__u64 request;
};

/* What is read at once may go over the end. */
struct line {
	__u64 size;
	char text[LINE + WINDOW];
};

/* First lines of requests that wait for their answers: only with records. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_LINES);
	__type(key, struct line_key);
	__type(value, struct line);
} lines SEC(".maps");

/* NodeAgent/Collectors/Http/HttpSums.cs */
struct key {
	__u64 group;
	/* 0 without an answer. */
	__u16 status;
	/* Of the server. */
	__u16 port;
	__u8 role;
	__u8 method;
	__u8 pad[2];
};

struct sum {
	__u64 count;
	/* Those of them that did not come to the answer's last byte. */
	__u64 aborted;
	__u64 request_bytes;
	__u64 response_bytes;
	/* To the status line, of those that have one; to the last byte, of those that came to it. */
	__u64 first_nanoseconds;
	__u64 last_nanoseconds;
	/* By the power of two of microseconds; the first is less than one. */
	__u64 first[BUCKETS];
	__u64 last[BUCKETS];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, MAX_SUMS);
	__type(key, struct key);
	__type(value, struct sum);
} sums SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sum);
} none SEC(".maps");

/* NodeAgent/Collectors/Http/HttpRecord.cs */
struct exchange {
	struct record head;
	struct owner owner;
	struct ends ends;
	__u64 begun;
	/* 0 where there is none. */
	__u64 first;
	__u64 last;
	__u64 request_bytes;
	__u64 response_bytes;
	__u16 status;
	__u8 role;
	__u8 method;
	__u8 is_aborted;
	__u8 pad[3];
	/* How much of the request's first line follows. */
	__u64 line;
	char text[LINE];
};
