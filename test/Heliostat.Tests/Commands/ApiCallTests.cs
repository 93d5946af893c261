using Heliostat.Commands;
using Heliostat.Configuration;
using Heliostat.Testing;

namespace Heliostat.Tests.Commands;

public sealed class ApiCallTests
{
    [Theory]
    [InlineData("http://mirror-1:8083/status", "http://mirror-1:8083/")]
    [InlineData("https://mirror-1", "https://mirror-1/")]
    [InlineData("127.0.0.1:8183", "http://127.0.0.1:8183/")]
    [InlineData("localhost:8183", "http://127.0.0.1:8183/")]
    [InlineData("[::1]:8183", "http://[::1]:8183/")]
    public void A_mirror_is_found_by_its_address(string where, string place)
    {
        var (places, file) = ApiCall.Find(where);

        Assert.Equal(place, $"{Assert.Single(places)}");
        Assert.Null(file);
    }

    [Fact]
    public void What_is_no_address_is_a_file()
    {
        using var folder = new TemporaryFolder("where");

        var failure = Assert.Throws<ConfigurationException>(() => ApiCall.Find(folder.File("127.properties")));

        Assert.Contains("there is no file", failure.Message, StringComparison.Ordinal);
    }
}
