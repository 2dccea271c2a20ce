package stripesandbox

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
)

// maxControlBytes bounds the body of a request to the sandbox's own controls.
const maxControlBytes = 64 << 10

// controlRequest is the JSON body that the controls take; each uses its fields.
type controlRequest struct {
	Method      string `json:"method"`
	Path        string `json:"path"`
	Kind        string `json:"kind"`
	Skip        int    `json:"skip"`
	Times       int    `json:"times"`
	DelayMS     int64  `json:"delay_ms"`
	Amount      int64  `json:"amount"`
	Currency    string `json:"currency"`
	Description string `json:"description"`
	Enabled     bool   `json:"enabled"`
	Interval    string `json:"interval"`
}

// serveControl answers what Stripe's API has no call for. All of it needs the
// key and takes JSON:
//
//	GET, POST, DELETE /_sandbox/faults                  {method, path, kind, skip, times, delay_ms}
//	POST /_sandbox/fund                                 {currency, amount}
//	POST /_sandbox/fee                                  {currency, amount, description}
//	POST /_sandbox/sweep                                {currency, amount}
//	POST /_sandbox/schedule                             {interval}
//	POST /_sandbox/accounts/{id}/complete|restrict|review
//	POST /_sandbox/accounts/{id}/bank_payouts           {enabled}
//	POST /_sandbox/accounts/{id}/payout                 {currency}
//	POST /_sandbox/topups/{id}/succeed|fail|reverse
//	POST /_sandbox/payouts/{id}/fail
//	POST /_sandbox/events/{id}/redeliver
//	POST /_sandbox/forget_keys
func (s *Server) serveControl(w http.ResponseWriter, r *http.Request) {
	if problem := s.authenticate(r); problem != nil {
		writeAnswer(w, problem.answer())
		return
	}
	var request controlRequest
	if r.Method == http.MethodPost {
		decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxControlBytes))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&request); err != nil && r.ContentLength != 0 {
			writeAnswer(w, invalid("", "", "Invalid request: %s", err).answer())
			return
		}
	}
	id, known, err := s.control(r.Method, strings.Split(strings.TrimPrefix(r.URL.Path, controlPrefix), "/"), request)
	var problem *apiError
	switch {
	case !known:
		problem = unknownURL(r)
	case errors.As(err, &problem):
	case err != nil:
		problem = invalid("", "", "%s", err)
	}
	if problem != nil {
		writeAnswer(w, problem.answer())
		return
	}
	faults := []map[string]any{}
	for _, f := range s.Faults() {
		faults = append(faults, map[string]any{"method": f.Method, "path": f.Path, "kind": f.Kind, "skip": f.Skip, "times": f.Times, "delay_ms": f.Delay.Milliseconds()})
	}
	body, err := json.Marshal(map[string]any{"ok": true, "id": id, "faults": faults})
	if err != nil { // plain data: cannot happen
		writeAnswer(w, internalError().answer())
		return
	}
	writeAnswer(w, answer{status: http.StatusOK, body: body})
}

// control runs one control. Known is false when there is none of that name.
func (s *Server) control(method string, path []string, request controlRequest) (id string, known bool, err error) {
	name := method + " " + path[0]
	if len(path) == 3 {
		name += " " + path[2]
	} else if len(path) != 1 {
		return "", false, nil
	}
	switch name {
	case "GET faults":
	case "DELETE faults":
		s.ClearFaults()
	case "POST faults":
		err = s.AddFault(Fault{Method: request.Method, Path: request.Path, Kind: FaultKind(request.Kind), Skip: request.Skip,
			Times: request.Times, Delay: time.Duration(request.DelayMS) * time.Millisecond})
	case "POST fund":
		id, err = s.Fund(request.Currency, request.Amount)
	case "POST fee":
		id, err = s.ChargeFee(request.Currency, request.Amount, request.Description)
	case "POST sweep":
		id, err = s.SweepPlatform(request.Currency, request.Amount)
	case "POST schedule":
		err = s.SetPlatformPayoutSchedule(request.Interval)
	case "POST accounts complete":
		err = s.CompleteOnboarding(path[1])
	case "POST accounts restrict":
		err = s.RestrictAccount(path[1])
	case "POST accounts review":
		err = s.ReviewAccount(path[1])
	case "POST accounts bank_payouts":
		err = s.SetBankPayouts(path[1], request.Enabled)
	case "POST accounts payout":
		id, err = s.PayOut(path[1], request.Currency)
	case "POST topups succeed":
		err = s.SucceedTopup(path[1])
	case "POST topups fail":
		err = s.FailTopup(path[1])
	case "POST topups reverse":
		err = s.ReverseTopup(path[1])
	case "POST payouts fail":
		err = s.FailPayout(path[1])
	case "POST events redeliver":
		err = s.Redeliver(path[1])
	case "POST forget_keys":
		s.ForgetKeys()
	default:
		return "", false, nil
	}
	return id, true, err
}
