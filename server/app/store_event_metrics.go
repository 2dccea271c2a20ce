package app

import (
	"github.com/prometheus/client_golang/prometheus"

	"tributary/internal/tracking/storeevent"
)

// registerStoreEventMetrics shows what became of the events that shops' pages told.
func registerStoreEventMetrics(registry *prometheus.Registry, events *storeevent.Service) {
	for outcome, read := range map[string]func(storeevent.Stats) int64{
		"stored":  func(s storeevent.Stats) int64 { return s.Stored },
		"ignored": func(s storeevent.Stats) int64 { return s.Ignored },
		"robot":   func(s storeevent.Stats) int64 { return s.Robots },
		"lost":    func(s storeevent.Stats) int64 { return s.Lost },
	} {
		registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "tributary_store_events_total",
			Help:        "Events that shops' pages told: stored; ignored because they were known or of no click of the brand; of robots; lost.",
			ConstLabels: prometheus.Labels{"outcome": outcome}}, func() float64 { return float64(read(events.Stats())) }))
	}
}
