using System.Text.Json.Serialization;

namespace Heliostat.Status;

/// <summary>How a mirror is, in one word; the number is the exit status of <c>heliostat status</c>.</summary>
internal enum Health
{
    /// <summary>Every flow runs and every lane moves, or would if there were something to mirror.</summary>
    [JsonStringEnumMemberName("live")]
    Live = 0,

    /// <summary>Some of it stands still or is not begun.</summary>
    [JsonStringEnumMemberName("degraded")]
    Degraded = 1,

    /// <summary>Nothing is mirrored.</summary>
    [JsonStringEnumMemberName("down")]
    Down = 2,

    /// <summary>Records were lost before they could be mirrored, or may be, since the process started.</summary>
    [JsonStringEnumMemberName("lost")]
    Lost = 3,
}
