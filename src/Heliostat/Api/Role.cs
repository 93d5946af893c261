namespace Heliostat.Api;

/// <summary>What a caller may do; each may do what those before it may.</summary>
internal enum Role
{
    /// <summary>Nothing but ask whether the process lives.</summary>
    None,

    /// <summary>Look.</summary>
    View,

    /// <summary>Pause, resume, restart, throttle, say which worker has what, change log levels.</summary>
    Operate,

    /// <summary>Change where lanes go on, or pass records over.</summary>
    Admin,
}

/// <summary>Who calls.</summary>
/// <param name="Name">The name of the token, or <c>local</c> for anybody on this machine where no tokens are asked for.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Address">From where.</param>
internal sealed record Caller(string Name, Role Role, string Address);
