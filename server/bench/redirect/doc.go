// Package redirect measures GET /r/{code} against nginx and against hand-written handlers, in the same run: the servers take turns
// under the same load, each in a process of its own, and what counts is the median of the rounds' ratios. PostgreSQL keeps its durable
// settings. See `make bench-redirect`.
package redirect
