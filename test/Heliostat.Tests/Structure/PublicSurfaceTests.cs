using System.Reflection;

namespace Heliostat.Tests.Structure;

/// <summary>
/// The public surface of each library, pinned: growing it is a visible line in a review. <c>HELIOSTAT_UPDATE=1</c> writes the files anew.
/// Message bodies are left out: Schemas.txt pins them.
/// </summary>
public sealed class PublicSurfaceTests
{
    [Theory]
    [InlineData("Heliostat.Plugins")]
    [InlineData("Heliostat.Protocol")]
    [InlineData("Heliostat.Transport")]
    [InlineData("Heliostat.Client")]
    [InlineData("Heliostat.MirrorClient")]
    [InlineData("Heliostat.Configuration")]
    [InlineData("Heliostat.Mirroring")]
    public void Surface_is_what_the_file_says(string library)
    {
        var file = Path.Combine(RepositoryFiles.Root, "test/Heliostat.Tests/Structure/Surface", library + ".txt");
        string[] now = [.. Assembly.Load(library).GetExportedTypes()
            .Where(type => type.Namespace != "Heliostat.Protocol.Messages").SelectMany(Lines).Order(StringComparer.Ordinal)];
        if (Environment.GetEnvironmentVariable("HELIOSTAT_UPDATE") == "1")
        {
            File.WriteAllLines(file, now);
        }

        Assert.Equal(File.ReadAllLines(file), now);
    }

    private static IEnumerable<string> Lines(Type type)
    {
        var name = type.FullName!;
        yield return name;
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (var member in type.GetMembers(Declared))
        {
            // Records bring members of their own, which say nothing.
            if (member is not Type && !member.Name.StartsWith('<') && !IsAccessor(member) && member.Name
                is not ("Equals" or "GetHashCode" or "ToString" or "Deconstruct" or "op_Equality" or "op_Inequality" or "value__"))
            {
                yield return $"{name}: {member}";
            }
        }
    }

    private static bool IsAccessor(MemberInfo member) => member is MethodInfo { IsSpecialName: true } method
        && (method.Name.StartsWith("get_", StringComparison.Ordinal) || method.Name.StartsWith("set_", StringComparison.Ordinal));
}
