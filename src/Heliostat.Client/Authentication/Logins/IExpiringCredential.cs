namespace Heliostat.Client.Authentication.Logins;

/// <summary>What a login shows, with its life.</summary>
internal interface IExpiringCredential
{
    /// <summary>When its life began, where that is known.</summary>
    DateTimeOffset? Start { get; }

    DateTimeOffset Expires { get; }
}
