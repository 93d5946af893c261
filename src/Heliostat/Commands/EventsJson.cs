using System.Text.Json;
using System.Text.Json.Serialization;

namespace Heliostat.Commands;

/// <summary>Events are shown as they come: whatever a newer mirror tells.</summary>
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class EventsJson : JsonSerializerContext;
