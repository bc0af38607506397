package internet

import (
	"io"
	"net/http"
	"strconv"
)

// Outage is a kind of failure of the connection to a host.
type Outage int

const (
	// Refused closes the port. The proxy answers 502 Bad Gateway.
	Refused Outage = iota + 1
	// Hanging never answers.
	Hanging
	// Broken closes the connection after the response headers.
	Broken
)

func (o Outage) String() string {
	return map[Outage]string{Refused: "refused", Hanging: "hanging", Broken: "broken"}[o]
}

// Cut makes requests to a host fail until restore. A name with a leading dot stands for all
// hosts of a domain.
func (i *Internet) Cut(host string, outage Outage) (restore func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.cut[host] = outage
	return func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		delete(i.cut, host)
	}
}

// Reachable reports whether requests to a host are answered.
func (i *Internet) Reachable(host string) bool { return i.outage(host) == 0 }

func (i *Internet) outage(host string) Outage {
	i.mu.Lock()
	defer i.mu.Unlock()
	outage, _ := lookUp(i.cut, host)
	return outage
}

// respond answers a request during a Hanging or Broken outage.
func (o Outage) respond(w http.ResponseWriter, r *http.Request) {
	switch o {
	case Hanging:
		<-r.Context().Done()
	case Broken:
		const promised = 1000
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(promised))
		_, _ = io.WriteString(w, "{")
		_ = http.NewResponseController(w).Flush()
	}
	panic(http.ErrAbortHandler) // net/http closes the connection
}
