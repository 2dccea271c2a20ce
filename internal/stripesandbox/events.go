package stripesandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// redeliverFor is how long after an event an undelivered webhook is taken up
// again when the sandbox starts, as Stripe retries for three days.
const redeliverFor = 72 * time.Hour

// maxEventTypes is Stripe's bound of the `types` filter.
const maxEventTypes = 20

// addEvent records what happened to an object. Owner is the connected account
// whose event it is; "" makes it an event of the platform.
func (c *change) addEvent(kind, owner string, about any) {
	shown, err := json.Marshal(about)
	if err != nil { // the objects are plain data: cannot happen
		shown = []byte("null")
	}
	c.record.Events = append(c.record.Events, &event{ID: newID("evt"), Object: "event", Account: owner, APIVersion: APIVersion, Created: c.now.Unix(),
		Data: eventData{Object: shown}, PendingWebhooks: 1, Type: kind,
		Request: eventRequest{ID: optional(c.requestID), IdempotencyKey: optional(c.key)}})
}

// shown is an event with the number of webhooks that still wait.
func (s *state) shown(e *event) *event {
	if !s.delivered[e.ID] {
		return e
	}
	settled := *e
	settled.PendingWebhooks = 0
	return &settled
}

func retrieveEvent(c *call) (any, *apiError) {
	found, ok := c.server.state.events.get(c.arguments[0])
	if !ok {
		return nil, missing(http.StatusNotFound, "id", "event", c.arguments[0])
	}
	return c.server.state.shown(found), c.parameters.end()
}

func listEvents(c *call) (any, *apiError) {
	p := c.parameters
	page, inTime := p.page(), p.created()
	wanted := p.texts("types", maxEventTypes)
	if kind := p.text("type"); kind != "" {
		if wanted != nil {
			p.fail(invalid("types", "parameters_exclusive", "You may only specify one of these parameters: type, types."))
		}
		wanted = []string{kind}
	}
	delivered, byDelivery := p.boolean("delivery_success")
	if problem := p.end(); problem != nil {
		return nil, problem
	}
	s := c.server.state
	found, problem := newestFirst(s.events, s.events.all(), page, "event", c.path, func(e *event) bool {
		return inTime(e.Created) && (!byDelivery || s.delivered[e.ID] == delivered) &&
			(wanted == nil || slices.ContainsFunc(wanted, func(kind string) bool { return matchesType(kind, e.Type) }))
	})
	if problem != nil {
		return nil, problem
	}
	for i, one := range found.Data {
		found.Data[i] = s.shown(one)
	}
	return found, nil
}

// matchesType compares an event's type with a name that may end in `*`.
func matchesType(wanted, kind string) bool {
	if prefix, isGroup := strings.CutSuffix(wanted, "*"); isGroup {
		return strings.HasPrefix(kind, prefix)
	}
	return wanted == kind
}

// SetWebhooks says where events go from now on, and sends those that are younger
// than three days and were never delivered. An endpoint without a URL gets
// nothing; its events wait.
func (s *Server) SetWebhooks(platform, connect Endpoint) {
	s.sender.setEndpoints(platform, connect)
	s.mu.Lock()
	oldest := s.config.Now().Add(-redeliverFor).Unix()
	var open []*event
	for _, one := range s.state.events.items {
		if !s.state.delivered[one.ID] && one.Created >= oldest {
			open = append(open, one)
		}
	}
	s.mu.Unlock()
	for _, one := range open {
		s.sender.enqueue(one)
	}
}

// Redeliver sends an event once more, delivered or not, as Stripe's dashboard can.
func (s *Server) Redeliver(eventID string) error {
	s.mu.Lock()
	found, ok := s.state.events.get(eventID)
	s.mu.Unlock()
	if !ok {
		return missing(http.StatusNotFound, "id", "event", eventID)
	}
	s.sender.enqueue(found)
	return nil
}

// markDelivered notes a delivery. It does not wait for the disk: after a crash
// the event is sent again, which receivers must bear anyhow.
func (s *Server) markDelivered(eventID string) {
	_, _, err := s.changeLocked(func(c *change) *apiError {
		if !s.state.delivered[eventID] {
			c.record.Delivered = append(c.record.Delivered, eventID)
		}
		return nil
	})
	if err != nil {
		s.log.Warn("stripe sandbox: a delivery was not noted; the event will be sent again", "event", eventID, "error", err)
	}
}
