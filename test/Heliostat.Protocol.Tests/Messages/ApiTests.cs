using Heliostat.Protocol.Messages;

namespace Heliostat.Protocol.Tests.Messages;

public sealed class ApiTests
{
    [Fact]
    public void Every_key_has_one_api()
    {
        Assert.Equal(Enum.GetValues<ApiKey>(), Api.All.Select(api => api.Key));
        Assert.All(Api.All, api => Assert.Same(api, Api.ByKey(api.Key)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    [InlineData(32_000)]
    public void A_key_that_is_not_served_has_no_api(short key) => Assert.Null(Api.ByKey((ApiKey)key));

    [Fact]
    public void Headers_are_flexible_with_their_bodies_but_for_the_answer_to_api_versions()
    {
        Assert.Equal((1, 0), Headers(Api.Fetch, 11));
        Assert.Equal((2, 1), Headers(Api.Fetch, 12));
        Assert.Equal((1, 0), Headers(Api.SaslHandshake, 1));
        Assert.Equal((2, 0), Headers(Api.ApiVersions, 4));
    }

    [Fact]
    public void Errors_have_names_and_consequences()
    {
        Assert.Equal("NOT_LEADER_OR_FOLLOWER", ErrorCode.NotLeaderOrFollower.Name());
        Assert.True(ErrorCode.NotLeaderOrFollower.NeedsNewMetadata());
        Assert.True(ErrorCode.NotLeaderOrFollower.IsRetriable());
        Assert.True(ErrorCode.NotEnoughReplicas.IsRetriable());
        Assert.False(ErrorCode.NotEnoughReplicas.NeedsNewMetadata());
        Assert.True(ErrorCode.ProducerFenced.IsFatal());
        Assert.False(ErrorCode.None.IsRetriable() || ErrorCode.None.IsFatal());
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(999)]
    public void An_error_of_a_later_kafka_is_named_by_its_number(short code)
    {
        Assert.Equal($"{code}", ((ErrorCode)code).Name());
        Assert.False(((ErrorCode)code).IsRetriable());
    }

    private static (int Request, int Response) Headers(Api api, short version) =>
        (api.RequestHeaderVersion(version), api.ResponseHeaderVersion(version));
}
