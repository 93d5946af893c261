using System.Globalization;
using Heliostat.Protocol.Messages;

namespace Heliostat.Mirroring.Planning.Drift;

/// <summary>Users who log in with SCRAM (KIP-554). Clusters tell no secrets, so that nobody can copy them.</summary>
internal static class ScramDrift
{
    public static IEnumerable<Difference> Of(IReadOnlyList<DescribeUserScramCredentialsResult> source,
        IReadOnlyList<DescribeUserScramCredentialsResult> target)
    {
        var there = target.ToDictionary(user => user.User, user => user.CredentialInfos, StringComparer.Ordinal);
        return
            from user in source
            from here in user.CredentialInfos
            let other = there.GetValueOrDefault(user.User)?.Find(one => one.Mechanism == here.Mechanism)
            where other is null || other.Iterations < here.Iterations
            select new Difference(DifferenceKind.ScramUser, user.User, Mechanism(here.Mechanism), Iterations(here),
                other is null ? null : Iterations(other));
    }

    private static string Iterations(CredentialInfo credential) =>
        string.Create(CultureInfo.InvariantCulture, $"{credential.Iterations} iterations");

    private static string Mechanism(sbyte number) => number switch
    {
        1 => "SCRAM-SHA-256",
        2 => "SCRAM-SHA-512",
        _ => string.Create(CultureInfo.InvariantCulture, $"SCRAM mechanism {number}"),
    };
}
