package stripesandbox

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"
)

// APIVersion is the version of Stripe's API whose shapes the sandbox speaks.
const APIVersion = "2023-10-16"

// Limits of requests and defaults of Config.
const (
	maxBodyBytes       = 1 << 20
	maxKeyBytes        = 255            // of an Idempotency-Key
	defaultKeyLifetime = 24 * time.Hour // after which a key may be used anew
)

// Paths below which the sandbox answers: the API, its own controls, and the
// pages that a browser is sent to.
const (
	apiPrefix     = "/v1/"
	controlPrefix = "/_sandbox/"
	pagesPrefix   = "/connect"
)

// Config is what a sandbox needs to know.
type Config struct {
	// SecretKey is the only key that is accepted; it must start with `sk_test_`.
	SecretKey string
	// Now tells the time of everything that is stored. Required.
	Now func() time.Time
	// SignatureTime tells the time in webhook signatures, which receivers compare
	// with the real time. Defaults to Now.
	SignatureTime func() time.Time
	// StateFile is the journal; its folder is made when needed. Empty keeps
	// everything in memory only.
	StateFile string
	// PublicURL is where a browser reaches the pages that Pages serves, without a
	// slash at the end. Start fills it with its own address when it is empty.
	PublicURL string
	// PlatformCountry is the platform account's country, default US.
	PlatformCountry string
	// PlatformWebhook takes events of the platform account itself, ConnectWebhook
	// those of connected accounts. Both may be set later by SetWebhooks.
	PlatformWebhook, ConnectWebhook Endpoint
	// WebhookClient sends the events; default a client with a ten second timeout
	// that follows no redirect.
	WebhookClient *http.Client
	// RetryBase is the pause after the first failed delivery, default one second;
	// it doubles with every attempt up to five minutes.
	RetryBase time.Duration
	// HoldTopups keeps new top-ups pending until SucceedTopup or FailTopup.
	HoldTopups bool
	// AutomaticPayouts sends the balance of a connected account to its bank right
	// after each transfer, as Stripe's daily schedule would do later.
	AutomaticPayouts bool
	// KeyLifetime is how long an idempotency key is remembered, default 24 h.
	KeyLifetime time.Duration
	// Logger takes what goes wrong in the background. Default: nowhere.
	Logger *slog.Logger
}

// Server is a sandbox. It is safe for use by many goroutines.
type Server struct {
	config  Config
	log     *slog.Logger
	journal *journal // nil without a state file
	routes  []route
	faults  *faultPlan
	sender  *sender

	mu        sync.Mutex // guards the four below
	state     *state
	inFlight  map[string]bool // idempotency keys whose first request is running
	publicURL string
	closed    bool
}

// New opens the state file, if there is one, and resumes the deliveries that it
// knows to be open. Deliveries run until Close, which must be called in the end;
// they keep the values of ctx but not its end.
func New(ctx context.Context, config Config) (*Server, error) {
	if !strings.HasPrefix(config.SecretKey, "sk_test_") {
		return nil, errors.New("stripe sandbox: the secret key must start with sk_test_")
	}
	if config.Now == nil {
		return nil, errors.New("stripe sandbox: Config.Now is required")
	}
	if config.SignatureTime == nil {
		config.SignatureTime = config.Now
	}
	if config.PlatformCountry == "" {
		config.PlatformCountry = "US"
	}
	if countryCurrency[config.PlatformCountry] == "" {
		return nil, fmt.Errorf("stripe sandbox: no platform accounts in country %q", config.PlatformCountry)
	}
	if config.KeyLifetime <= 0 {
		config.KeyLifetime = defaultKeyLifetime
	}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Server{config: config, log: config.Logger, faults: newFaultPlan(), inFlight: map[string]bool{},
		publicURL: strings.TrimSuffix(config.PublicURL, "/"), state: newState(config.KeyLifetime)}
	s.routes = s.table()
	if err := s.openState(); err != nil {
		return nil, err
	}
	if s.state.platform == nil {
		if err := s.change(func(c *change) *apiError {
			c.record.Platform = newPlatform(config.PlatformCountry, c.now)
			return nil
		}); err != nil {
			return nil, errors.Join(err, s.closeJournal())
		}
	}
	s.sender = newSender(context.WithoutCancel(ctx), config, s.log, s.markDelivered)
	s.SetWebhooks(config.PlatformWebhook, config.ConnectWebhook)
	return s, nil
}

func (s *Server) openState() error {
	if s.config.StateFile == "" {
		return nil
	}
	opened, records, err := openJournal(s.config.StateFile, s.state.apply)
	if err != nil {
		return err
	}
	if records > compactAbove && records > compactFactor*s.state.size() {
		if err := rewriteJournal(s.config.StateFile, s.state); err != nil {
			return errors.Join(err, opened.close())
		}
		s.state = newState(s.config.KeyLifetime)
		next, _, err := openJournal(s.config.StateFile, s.state.apply)
		if err = errors.Join(err, opened.close()); err != nil {
			return err
		}
		opened = next
	}
	s.journal = opened
	return nil
}

// Close stops the deliveries and closes the state file. Requests that come later
// are answered 500; undelivered events are sent after the next start.
func (s *Server) Close() error {
	s.sender.close()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	return s.closeJournal()
}

func (s *Server) closeJournal() error {
	if s.journal == nil {
		return nil
	}
	return s.journal.close()
}

// SetPublicURL says where a browser reaches the pages from now on.
func (s *Server) SetPublicURL(base string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.publicURL = strings.TrimSuffix(base, "/")
}

// ServeHTTP answers the API, the controls below /_sandbox/ and the pages below
// /connect/.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasPrefix(r.URL.Path, apiPrefix):
		s.serveAPI(w, r)
	case strings.HasPrefix(r.URL.Path, controlPrefix):
		s.serveControl(w, r)
	case strings.HasPrefix(r.URL.Path, pagesPrefix+"/"):
		http.StripPrefix(pagesPrefix, s.Pages()).ServeHTTP(w, r)
	default:
		writeAnswer(w, unknownURL(r).answer())
	}
}

// answer is a finished HTTP answer.
type answer struct {
	status int
	body   []byte
}

func (e *apiError) answer() answer { return answer{status: e.status, body: e.body()} }

func writeAnswer(w http.ResponseWriter, a answer) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // the caller is gone when this fails: it will ask again
}

func unknownURL(r *http.Request) *apiError {
	e := invalid("", "", "Unrecognized request URL (%s: %s).", r.Method, r.URL.Path)
	e.status = http.StatusNotFound
	return e
}

// authenticate accepts the key as Bearer token or as Basic user name.
func (s *Server) authenticate(r *http.Request) *apiError {
	key, _, ok := r.BasicAuth()
	if !ok {
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if strings.EqualFold(scheme, "bearer") {
			key = strings.TrimSpace(token)
		}
	}
	refusal := &apiError{status: http.StatusUnauthorized, kind: typeInvalidRequest}
	if key == "" {
		refusal.message = "You did not provide an API key. Send it as Authorization: Bearer YOUR_SECRET_KEY or as the user name of HTTP basic auth."
		return refusal
	}
	given, want := sha256.Sum256([]byte(key)), sha256.Sum256([]byte(s.config.SecretKey))
	if subtle.ConstantTimeCompare(given[:], want[:]) != 1 {
		refusal.message = "Invalid API Key provided."
		return refusal
	}
	return nil
}

// call is one request to the API with all that a handler needs.
type call struct {
	*change
	parameters *parameters
	arguments  []string // the variable parts of the path
	path       string
	account    string // Stripe-Account header
}

// handler answers one route. It reads the state and writes to the change only;
// nothing is kept when it returns an error.
type handler func(*call) (any, *apiError)

type route struct {
	method   string
	segments []string // "*" is variable
	// connected says that the route works on behalf of a connected account.
	connected bool
	handle    handler
}

func (s *Server) match(method, path string) (route, []string, bool) {
	parts := strings.Split(strings.TrimPrefix(path, apiPrefix), "/")
routes:
	for _, candidate := range s.routes {
		if candidate.method != method || len(candidate.segments) != len(parts) {
			continue
		}
		var arguments []string
		for i, segment := range candidate.segments {
			switch {
			case segment == "*" && parts[i] != "":
				arguments = append(arguments, parts[i])
			case segment != parts[i]:
				continue routes
			}
		}
		return candidate, arguments, true
	}
	return route{}, nil, false
}

func (s *Server) table() []route {
	var routes []route
	add := func(method, path string, handle handler) *route {
		routes = append(routes, route{method: method, segments: strings.Split(path, "/"), handle: handle})
		return &routes[len(routes)-1]
	}
	add("GET", "account", retrievePlatform)
	add("POST", "accounts", createAccount)
	add("GET", "accounts", listAccounts)
	add("GET", "accounts/*", retrieveAccount)
	add("POST", "accounts/*", updateAccount)
	add("DELETE", "accounts/*", deleteAccount)
	add("POST", "accounts/*/reject", rejectAccount)
	add("POST", "accounts/*/login_links", s.createLoginLink)
	add("GET", "accounts/*/capabilities", listCapabilities)
	add("GET", "accounts/*/capabilities/*", retrieveCapability)
	add("POST", "account_links", s.createAccountLink)
	add("POST", "transfers", s.createTransfer)
	add("GET", "transfers", listTransfers)
	add("GET", "transfers/*", retrieveTransfer)
	add("POST", "transfers/*", updateTransfer)
	add("POST", "transfers/*/reversals", createReversal)
	add("GET", "transfers/*/reversals", listReversals)
	add("GET", "transfers/*/reversals/*", retrieveReversal)
	add("GET", "balance", retrieveBalance).connected = true
	add("GET", "balance_transactions", listMovements).connected = true
	add("GET", "balance_transactions/*", retrieveMovement).connected = true
	add("GET", "charges/*", retrieveCharge).connected = true
	add("GET", "payouts", listPayouts).connected = true
	add("GET", "payouts/*", retrievePayout).connected = true
	add("POST", "topups", s.createTopup)
	add("GET", "topups", listTopups)
	add("GET", "topups/*", retrieveTopup)
	add("POST", "topups/*/cancel", cancelTopup)
	add("GET", "events", listEvents)
	add("GET", "events/*", retrieveEvent)
	return routes
}

func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	requestID := "req_sbx" + token(14)
	w.Header().Set("Request-Id", requestID)
	w.Header().Set("Stripe-Version", APIVersion)
	if problem := s.authenticate(r); problem != nil {
		w.Header().Set("WWW-Authenticate", `Basic realm="Stripe sandbox"`)
		writeAnswer(w, problem.answer())
		return
	}
	if version := r.Header.Get("Stripe-Version"); version != "" && version != APIVersion {
		writeAnswer(w, invalid("", "", "Invalid Stripe API version: %s. This sandbox speaks %s only.", version, APIVersion).answer())
		return
	}
	form, problem := readForm(w, r)
	if problem != nil {
		writeAnswer(w, problem.answer())
		return
	}
	fault, hit := s.faults.take(r.Method, r.URL.Path)
	if hit && fault.before(w, r) {
		return
	}
	result := s.execute(r, form, requestID, fault, w.Header())
	if hit && fault.after(w, r, result) {
		return
	}
	writeAnswer(w, result)
}

func readForm(w http.ResponseWriter, r *http.Request) (*formNode, *apiError) {
	raw := r.URL.RawQuery
	if r.Method == http.MethodPost {
		if kind := r.Header.Get("Content-Type"); kind != "" && !strings.HasPrefix(kind, "application/x-www-form-urlencoded") {
			return nil, invalid("", "", "Invalid request: the body must be form-encoded, not %q.", kind)
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
		if err != nil {
			return nil, invalid("", "", "Invalid request: the body could not be read or is over %d bytes.", maxBodyBytes)
		}
		raw = strings.Trim(raw+"&"+string(body), "&")
	}
	return parseForm(raw)
}

// execute runs one request through the memory of idempotency keys. The answer is
// given only when everything it says is on disk.
func (s *Server) execute(r *http.Request, form *formNode, requestID string, fault Fault, header http.Header) answer {
	matched, arguments, ok := s.match(r.Method, r.URL.Path)
	if !ok {
		return unknownURL(r).answer()
	}
	key := ""
	if r.Method == http.MethodPost {
		key = r.Header.Get("Idempotency-Key")
	}
	header.Set("Idempotency-Key", key)
	if key == "" {
		header.Del("Idempotency-Key")
	}
	if len(key) > maxKeyBytes {
		return invalid("", "", "The idempotency key is too long: at most %d characters.", maxKeyBytes).answer()
	}
	onBehalf := r.Header.Get("Stripe-Account")
	held := onBehalf + " " + key
	fingerprint := fingerprintOf(r.Method, r.URL.Path, form)
	if key != "" {
		replayed, done := s.claim(held, fingerprint, header)
		if done {
			return replayed
		}
		defer s.release(held)
	}
	if fault.delaysWork() && !pause(r.Context(), fault.Delay) {
		return internalError().answer()
	}

	var result answer
	err := s.change(func(c *change) *apiError {
		c.requestID, c.key = requestID, key
		one := &call{change: c, parameters: newParameters(form), arguments: arguments, path: r.URL.Path, account: onBehalf}
		value, problem := any(nil), fault.refusal(c)
		if problem == nil {
			value, problem = one.run(matched)
		}
		if problem == nil {
			body, err := json.Marshal(value)
			if err != nil {
				return internalError()
			}
			result = answer{status: http.StatusOK, body: body}
		} else {
			result = problem.answer()
			c.record = record{} // nothing of a refused request is kept
		}
		if key != "" && (problem == nil || problem.executed) {
			c.record.Answers = append(c.record.Answers, &rememberedAnswer{Key: held, Fingerprint: fingerprint, Request: requestID,
				Created: c.now.Unix(), Status: result.status, Body: result.body})
		}
		return nil
	})
	if err != nil {
		s.log.Error("stripe sandbox: a request was not kept", "request", requestID, "error", err)
		return internalError().answer()
	}
	return result
}

func (c *call) run(matched route) (any, *apiError) {
	if c.account != "" {
		if _, problem := c.connectedAccount(c.account); problem != nil {
			return nil, problem
		}
		if !matched.connected {
			return nil, invalid("", "", "This sandbox does not answer this request on behalf of a connected account.")
		}
	}
	paths := c.parameters.texts("expand", maxExpandPaths)
	value, problem := matched.handle(c)
	if problem != nil {
		return nil, problem
	}
	return c.expand(value, paths)
}

// change collects what one request or one call of the Go API changes.
type change struct {
	server    *Server
	now       time.Time
	record    record
	requestID string
	key       string
}

// change runs work under the lock, writes what it recorded to the journal,
// applies it, and returns when it is on disk. Nothing is kept when work fails.
func (s *Server) change(work func(*change) *apiError) error {
	number, events, err := s.changeLocked(work)
	if err != nil {
		return err
	}
	if s.journal != nil && number > 0 {
		if err := s.journal.durable(number); err != nil {
			return err
		}
	}
	for _, one := range events {
		s.sender.enqueue(one)
	}
	return nil
}

func (s *Server) changeLocked(work func(*change) *apiError) (number uint64, events []*event, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, nil, errors.New("stripe sandbox: closed")
	}
	c := &change{server: s, now: s.config.Now()}
	if problem := work(c); problem != nil {
		return 0, nil, problem
	}
	if c.record.empty() {
		return 0, nil, nil
	}
	if s.journal != nil {
		if number, err = s.journal.append(&c.record); err != nil {
			return 0, nil, err
		}
	}
	s.state.apply(&c.record)
	return number, c.record.Events, nil
}

// token makes n random characters for ids and links.
func token(n int) string {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	out := make([]byte, 0, n)
	buffer := make([]byte, n)
	for len(out) < n {
		_, _ = rand.Read(buffer) // never fails: it ends the process instead
		for _, b := range buffer {
			// 248 is the greatest multiple of 62 in a byte: no character is favoured.
			if b < 248 && len(out) < n {
				out = append(out, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(out)
}

func newID(prefix string) string { return prefix + "_sbx" + token(16) }
