using Heliostat.Testing.Kerberos;

namespace Heliostat.Client.Tests.Authentication.Kerberos;

/// <summary>One pair of realms for the process, as it has one krb5.conf.</summary>
[CollectionDefinition(Name)]
public sealed class TestRealmsCollection : ICollectionFixture<TestRealms>
{
    public const string Name = "Kerberos realms";
}
