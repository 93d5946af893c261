using Heliostat.Transport.Security;

namespace Heliostat.Client.Authentication.AwsMsk;

/// <summary>
/// Which AWS identity to take: the <c>aws…</c> options of <c>IAMLoginModule</c>. Without any the usual places are looked at.
/// </summary>
public sealed record AwsCredentialOptions
{
    /// <summary><c>awsProfileName</c>.</summary>
    public string? ProfileName { get; init; }

    /// <summary><c>awsRoleArn</c>: a role to take on.</summary>
    public string? RoleArn { get; init; }

    /// <summary><c>awsRoleSessionName</c>.</summary>
    public string? RoleSessionName { get; init; }

    /// <summary><c>awsRoleExternalId</c>.</summary>
    public string? RoleExternalId { get; init; }

    /// <summary><c>awsRoleAccessKeyId</c>: the identity that takes on the role, when it is not that of the usual places.</summary>
    public string? RoleAccessKeyId { get; init; }

    /// <summary><c>awsRoleSecretAccessKey</c>.</summary>
    public Secret RoleSecretAccessKey { get; init; }

    /// <summary><c>awsRoleSessionToken</c>.</summary>
    public Secret RoleSessionToken { get; init; }

    /// <summary><c>awsStsRegion</c>: the region of the service that gives roles; null: the general one.</summary>
    public string? StsRegion { get; init; }

    /// <summary><c>awsMaxRetries</c>.</summary>
    public int MaxRetries { get; init; } = 3;

    /// <summary><c>awsMaxBackOffTimeMs</c>.</summary>
    public TimeSpan MaxBackOff { get; init; } = TimeSpan.FromSeconds(5);
}
