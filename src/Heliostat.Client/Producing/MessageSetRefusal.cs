namespace Heliostat.Client.Producing;

/// <summary>Why no message set can be made of a batch.</summary>
internal readonly record struct MessageSetRefusal(ErrorCode Code, string Why);
