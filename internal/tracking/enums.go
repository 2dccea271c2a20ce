package tracking

// Device is: devices as told by the browser. Spelled alike in Go, SQL and GraphQL.
type Device string

// The values of Device.
const (
	DevicePhone   Device = "PHONE"   // A phone.
	DeviceTablet  Device = "TABLET"  // A tablet.
	DeviceDesktop Device = "DESKTOP" // A computer.
	DeviceOther   Device = "OTHER"   // Something else or unknown.
)

// NotCounted is: why a click was led on but not counted. Spelled alike in Go, SQL and GraphQL.
type NotCounted string

// The values of NotCounted.
const (
	NotCountedBot      NotCounted = "BOT"      // A known robot.
	NotCountedHead     NotCounted = "HEAD"     // Only the head was asked for.
	NotCountedPrefetch NotCounted = "PREFETCH" // The browser fetched ahead.
	NotCountedPreview  NotCounted = "PREVIEW"  // A messenger made a preview.
)
