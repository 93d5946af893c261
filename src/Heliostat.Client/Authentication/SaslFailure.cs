namespace Heliostat.Client.Authentication;

/// <summary>Why a login came to nothing.</summary>
public enum SaslFailure
{
    /// <summary>The broker, the token endpoint or the KDC does not take what was shown: somebody has to change something.</summary>
    Refused,

    /// <summary>There is nothing to show: a file is missing or cannot be read, an option does not fit.</summary>
    NoCredential,

    /// <summary>The token endpoint or the KDC cannot be reached, or is in trouble: the same may succeed later.</summary>
    Unavailable,

    /// <summary>The broker could not prove that it knows the password: perhaps it is somebody else.</summary>
    BrokerNotProved,

    /// <summary>What the peer sent is not what the mechanism calls for.</summary>
    Malformed,
}
