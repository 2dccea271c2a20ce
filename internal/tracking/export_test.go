package tracking

import "time"

// SetPace has live views of clicks read as often as a test wants.
func (s *Service) SetPace(pace, floor time.Duration) { s.pace, s.floor = pace, floor }
