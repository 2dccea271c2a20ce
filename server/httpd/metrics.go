package httpd

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are the figures of HTTP. Their labels come from short fixed lists only: routes, methods, classes of status.
type metrics struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	inFlight prometheus.Gauge
}

func newMetrics(registry *prometheus.Registry) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tributary_http_requests_total",
			Help: "Requests answered."}, []string{"route", "method", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "tributary_http_request_seconds",
			Help:    "Seconds from a request's header to the end of its answer; streams count until they end.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}}, []string{"route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "tributary_http_requests_in_flight",
			Help: "Requests being answered, streams included."}),
	}
	registry.MustRegister(m.requests, m.duration, m.inFlight)
	return m
}

func (m *metrics) observe(route, method string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, methodOf(&http.Request{Method: method}), statusClass(status)).Inc()
	m.duration.WithLabelValues(route).Observe(took.Seconds())
}

// NewRegistry makes a registry with the figures of the process and of Go's runtime.
func NewRegistry() *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return registry
}

// metricsHandler shows the figures to this machine and private networks. They tell the size of a business, so a request that
// came through a proxy from elsewhere reads 404.
func (s *Server) metricsHandler(registry *prometheus.Registry) http.Handler {
	show := promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client := ClientFrom(r.Context())
		forwarded := r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != ""
		unknownProxy := forwarded && client == peer(r)
		if unknownProxy || !client.IsLoopback() && !client.IsPrivate() {
			http.NotFound(w, r)
			return
		}
		show.ServeHTTP(w, r)
	})
}
