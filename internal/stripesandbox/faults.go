package stripesandbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// FaultKind is one way in which a call to the API goes wrong.
type FaultKind string

// The faults. "Before" leaves no effect and no memory of the key; "after" means
// that the work was done and kept, and only its answer is lost, so that the same
// key replays the true answer later.
const (
	Fault500Before           FaultKind = "500_before"
	Fault500After            FaultKind = "500_after"
	Fault500Kept             FaultKind = "500_kept" // no effect, and the key replays the 500, as Stripe does
	FaultResetBefore         FaultKind = "reset_before"
	FaultResetAfter          FaultKind = "reset_after"
	FaultSilenceBefore       FaultKind = "silence_before" // for Delay or until the caller gives up
	FaultSilenceAfter        FaultKind = "silence_after"
	FaultRateLimit           FaultKind = "429"
	FaultLockTimeout         FaultKind = "429_lock_timeout"
	FaultConflict            FaultKind = "409"
	FaultUnavailable         FaultKind = "503_html"
	FaultHalfJSON            FaultKind = "half_json" // after the effect
	FaultInsufficientBalance FaultKind = "balance_insufficient"
	FaultSlow                FaultKind = "slow" // holds the key for Delay, then works
)

var faultKinds = map[FaultKind]bool{Fault500Before: true, Fault500After: true, Fault500Kept: true, FaultResetBefore: true, FaultResetAfter: true,
	FaultSilenceBefore: true, FaultSilenceAfter: true, FaultRateLimit: true, FaultLockTimeout: true, FaultConflict: true, FaultUnavailable: true,
	FaultHalfJSON: true, FaultInsufficientBalance: true, FaultSlow: true}

// Bounds of the fault plan.
const (
	maxFaults     = 100
	maxFaultDelay = 5 * time.Minute
	silenceLasts  = 2 * time.Minute // when Delay is not set
)

// Fault says which calls go wrong and how. Of several that fit, the one that was
// added first is taken.
type Fault struct {
	// Method is the HTTP method; empty fits any.
	Method string
	// Path is the exact path, or a prefix when it ends in `*`; empty fits any.
	Path string
	Kind FaultKind
	// Skip lets this many fitting calls pass first.
	Skip int
	// Times is how many calls go wrong, default 1; -1 is all until ClearFaults.
	Times int
	// Delay is how long a silence or a slow call lasts, at most five minutes.
	Delay time.Duration
}

type faultPlan struct {
	mu     sync.Mutex
	faults []Fault
}

func newFaultPlan() *faultPlan { return &faultPlan{} }

// AddFault plans a fault. It is for tests, and forgotten with the process.
func (s *Server) AddFault(f Fault) error {
	if !faultKinds[f.Kind] {
		return fmt.Errorf("stripe sandbox: unknown kind of fault %q", f.Kind)
	}
	if f.Times == 0 {
		f.Times = 1
	}
	if f.Times < -1 || f.Skip < 0 || f.Delay < 0 || f.Delay > maxFaultDelay {
		return errors.New("stripe sandbox: a fault needs times of at least -1, skip of at least 0 and a delay of at most five minutes")
	}
	if f.Kind == FaultSlow && f.Delay == 0 {
		return errors.New("stripe sandbox: a slow call needs a delay")
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	if len(s.faults.faults) >= maxFaults {
		return fmt.Errorf("stripe sandbox: at most %d faults can be planned", maxFaults)
	}
	s.faults.faults = append(s.faults.faults, f)
	return nil
}

// Faults returns what is still planned.
func (s *Server) Faults() []Fault {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	return append([]Fault{}, s.faults.faults...)
}

// ClearFaults ends all faults. Calls that are silent already stay so.
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.faults = nil
}

// take finds the fault of one call and counts it.
func (p *faultPlan) take(method, path string) (Fault, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.faults {
		f := &p.faults[i]
		prefix, isPrefix := strings.CutSuffix(f.Path, "*")
		fits := f.Path == "" || f.Path == path || isPrefix && strings.HasPrefix(path, prefix)
		if !fits || f.Method != "" && !strings.EqualFold(f.Method, method) {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		taken := *f
		if f.Times > 0 {
			if f.Times--; f.Times == 0 {
				p.faults = append(p.faults[:i], p.faults[i+1:]...)
			}
		}
		return taken, true
	}
	return Fault{}, false
}

// before acts in place of the work. It says whether the call has ended.
func (f Fault) before(w http.ResponseWriter, r *http.Request) bool {
	switch f.Kind {
	case Fault500Before:
		writeAnswer(w, internalError().answer())
	case FaultResetBefore:
		reset(w)
	case FaultSilenceBefore:
		f.silence(w, r)
	case FaultRateLimit:
		writeAnswer(w, tooMany("rate_limit", "Request rate limit exceeded.").answer())
	case FaultLockTimeout:
		writeAnswer(w, tooMany("lock_timeout", "This object cannot be accessed right now because another API request or process is accessing it.").answer())
	case FaultConflict:
		conflict := &apiError{status: http.StatusConflict, kind: typeIdempotency, code: "idempotency_key_in_use",
			message: "There is currently another in-progress request using this idempotency key. Try again later."}
		writeAnswer(w, conflict.answer())
	case FaultUnavailable:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte("<!doctype html><title>503</title><h1>Service unavailable</h1>"))
	default:
		return false
	}
	return true
}

// after acts in place of the answer to work that was done.
func (f Fault) after(w http.ResponseWriter, r *http.Request, result answer) bool {
	switch f.Kind {
	case Fault500After:
		writeAnswer(w, internalError().answer())
	case FaultResetAfter:
		reset(w)
	case FaultSilenceAfter:
		f.silence(w, r)
	case FaultHalfJSON:
		half := result.body[:len(result.body)/2]
		w.Header().Set("Content-Length", strconv.Itoa(len(half)))
		writeAnswer(w, answer{status: result.status, body: half})
	default:
		return false
	}
	return true
}

// refusal is what a fault puts in place of a handler, inside the memory of keys.
func (f Fault) refusal(*change) *apiError {
	switch f.Kind {
	case Fault500Kept:
		e := internalError()
		e.executed = true
		return e
	case FaultInsufficientBalance:
		return balanceInsufficient()
	default:
		return nil
	}
}

func (f Fault) delaysWork() bool { return f.Kind == FaultSlow }

func tooMany(code, message string) *apiError {
	return &apiError{status: http.StatusTooManyRequests, kind: typeInvalidRequest, code: code, message: message}
}

// silence answers nothing for the delay or until the caller hangs up, then cuts
// the connection.
func (f Fault) silence(w http.ResponseWriter, r *http.Request) {
	lasts := f.Delay
	if lasts == 0 {
		lasts = silenceLasts
	}
	pause(r.Context(), lasts)
	reset(w)
}

// reset cuts the connection without an answer.
func reset(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2, or a wrapped writer: the server cuts it
	}
	if tcp, ok := connection.(interface{ SetLinger(int) error }); ok {
		_ = tcp.SetLinger(0) // a reset instead of an orderly end; without it the end will do
	}
	_ = connection.Close() // nothing is left to be lost
}

// pause waits and says whether the whole time passed.
func pause(ctx context.Context, lasts time.Duration) bool {
	timer := time.NewTimer(lasts)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
