namespace Heliostat.Client.Authentication.Jaas;

/// <summary>
/// One option out of <c>KAFKA_OPTS</c> and its like: where it was, its name, what becomes of it and why. Values that may be secrets are not
/// in it.
/// </summary>
public sealed record JavaOption(string Variable, string Name, JavaOptionUse Use, string Note);
