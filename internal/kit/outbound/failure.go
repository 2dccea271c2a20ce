package outbound

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"syscall"
)

// Refusal says that an address is not asked, whoever wants it.
type Refusal struct{ Sentence string }

// Error gives the sentence, for logs.
func (r *Refusal) Error() string { return r.Sentence }

func refused(format string, args ...any) error { return &Refusal{fmt.Sprintf(format, args...)} }

// Failure is a request without an answer.
type Failure struct {
	Host string // that was asked last
	Err  error
}

// Error gives the cause, for logs; it may name addresses.
func (f *Failure) Error() string { return "request to " + f.Host + ": " + f.Err.Error() }

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Err }

// Ours reports whether it is our side that could not ask, so that nothing is known of the other.
func (f *Failure) Ours() bool {
	var dns *net.DNSError
	return errors.As(f.Err, &dns) && !dns.IsNotFound || errors.Is(f.Err, syscall.ENETUNREACH)
}

// Sentence says in words for a person what went wrong. It tells nothing that only the server's network knows.
func (f *Failure) Sentence() string {
	var (
		refusal   *Refusal
		dns       *net.DNSError
		cert      *tls.CertificateVerificationError
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
		authority x509.UnknownAuthorityError
		timeout   net.Error
	)
	switch {
	case errors.As(f.Err, &refusal):
		return refusal.Sentence
	case errors.As(f.Err, &dns) && dns.IsNotFound:
		return "There is no host named " + f.Host + "."
	case errors.As(f.Err, &dns):
		return "The name servers did not answer for " + f.Host + "."
	case errors.As(f.Err, &name):
		return "The certificate of " + f.Host + " is for another name."
	case errors.As(f.Err, &invalid) && invalid.Reason == x509.Expired:
		return "The certificate of " + f.Host + " has expired."
	case errors.As(f.Err, &authority):
		return "The certificate of " + f.Host + " is signed by nobody whom browsers trust."
	case errors.As(f.Err, &cert):
		return "The certificate of " + f.Host + " is not valid."
	case errors.Is(f.Err, context.DeadlineExceeded), errors.As(f.Err, &timeout) && timeout.Timeout():
		return f.Host + " did not answer in time."
	case errors.Is(f.Err, syscall.ECONNREFUSED):
		return f.Host + " takes no connections."
	}
	return f.Host + " did not answer as a web server does."
}
