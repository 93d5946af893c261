namespace Heliostat.Client.Authentication.Reading;

/// <summary>Why a login cannot be as it is written: the setting to look at, and a sentence with what to do.</summary>
public sealed record LoginProblem(string Key, string Message);
