using System.Reflection;
using System.Runtime.CompilerServices;
using Heliostat.Client.Authentication;
using Heliostat.Transport.Security;

namespace Heliostat.Client.Tests.Authentication;

/// <summary>Whatever holds a secret holds it as a <see cref="Secret"/>: then no generated text shows it.</summary>
public sealed class SecretsStayHiddenTests
{
    private static readonly string[] Words = ["Password", "Passphrase", "Secret", "SessionToken"];

    [Fact]
    public void No_property_keeps_a_secret_as_text()
    {
        var wrong =
            from type in Types()
            from property in type.GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
            where property.PropertyType == typeof(string) && Words.Any(word => property.Name.EndsWith(word, StringComparison.Ordinal))
            select $"{type.Name}.{property.Name}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void No_record_prints_a_secret_it_is_given()
    {
        foreach (var type in Types().Where(type => !type.IsAbstract && type.GetMethod("<Clone>$") is not null
            && type.GetProperties().Any(property => property.PropertyType == typeof(Secret))))
        {
            var record = type.GetConstructor(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance, []) is { } made
                ? made.Invoke([])
                : RuntimeHelpers.GetUninitializedObject(type);
            foreach (var property in type.GetProperties().Where(property => property.PropertyType == typeof(Secret) && property.CanWrite))
            {
                property.SetValue(record, new Secret("canary"));
            }

            Assert.DoesNotContain("canary", record.ToString(), StringComparison.Ordinal);
        }
    }

    private static IEnumerable<Type> Types() => typeof(ISaslMechanism).Assembly.GetTypes().Concat(typeof(Secret).Assembly.GetTypes())
        .Where(type => type.Namespace is { } space && (space.StartsWith("Heliostat.Client.Authentication", StringComparison.Ordinal)
            || space.StartsWith("Heliostat.Transport.Security", StringComparison.Ordinal)));
}
