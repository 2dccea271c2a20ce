// Package mailtest gives tests a mail server that takes letters in a real conversation and keeps them.
package mailtest

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"slices"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"
)

// password opens the post office, for every user.
const password = "p@ss"

// PostOffice is an SMTP server that keeps what it gets. It is safe for concurrent use.
type PostOffice struct {
	// URL is the SMTP_URL that leads here, with user and password.
	URL string
	// Arrived gets a signal for each letter, as long as at most ten were not taken.
	Arrived chan struct{}

	refuse error

	mu      sync.Mutex
	users   []string
	letters []Letter
}

// Letter is what came: the envelope and the whole letter, head and body.
type Letter struct {
	From, To string
	Raw      []byte
}

// Open starts a post office for the time of a test. refuse, when not nil, is its answer to every recipient.
func Open(t testing.TB, refuse error) *PostOffice {
	t.Helper()
	p := &PostOffice{Arrived: make(chan struct{}, 10), refuse: refuse}
	server := smtp.NewServer(p)
	server.Domain, server.AllowInsecureAuth = "localhost", true
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	p.URL = "smtp://robot:p%40ss@" + listener.Addr().String()
	return p
}

// Users are those who have signed in, once for each conversation.
func (p *PostOffice) Users() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.users)
}

// Letters are all that came so far, in their order.
func (p *PostOffice) Letters() []Letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.letters)
}

// To gives the letters to one address.
func (p *PostOffice) To(address string) []Letter {
	return slices.DeleteFunc(p.Letters(), func(l Letter) bool { return l.To != address })
}

// Read parses a letter, with its subject decoded.
func (l Letter) Read(t testing.TB) (head netmail.Header, subject string) {
	t.Helper()
	parsed, err := netmail.ReadMessage(bytes.NewReader(l.Raw))
	require.NoError(t, err)
	subject, err = new(mime.WordDecoder).DecodeHeader(parsed.Header.Get("Subject"))
	require.NoError(t, err)
	return parsed.Header, subject
}

// Text gives the body of a letter that is plain text only.
func (l Letter) Text(t testing.TB) string {
	t.Helper()
	parsed, err := netmail.ReadMessage(bytes.NewReader(l.Raw))
	require.NoError(t, err)
	require.Equal(t, "quoted-printable", parsed.Header.Get("Content-Transfer-Encoding"))
	text, err := io.ReadAll(quotedprintable.NewReader(parsed.Body))
	require.NoError(t, err)
	return string(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
}

// NewSession begins a conversation, for the server.
func (p *PostOffice) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{office: p}, nil }

type session struct {
	office *PostOffice
	letter Letter
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, given string) error {
		if given != password {
			return errors.New("wrong password")
		}
		s.office.mu.Lock()
		defer s.office.mu.Unlock()
		s.office.users = append(s.office.users, user)
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error { s.letter.From = from; return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.letter.To = to
	return s.office.refuse
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.letter.Raw = raw
	s.office.mu.Lock()
	s.office.letters = append(s.office.letters, s.letter)
	s.office.mu.Unlock()
	select {
	case s.office.Arrived <- struct{}{}:
	default:
	}
	return nil
}

func (s *session) Reset()        { s.letter = Letter{} }
func (s *session) Logout() error { return nil }
