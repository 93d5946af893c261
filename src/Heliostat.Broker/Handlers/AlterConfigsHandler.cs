using Heliostat.Broker.Configs;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>AlterConfigs 0 to 2: replaces all settings of a topic or broker.</summary>
internal sealed class AlterConfigsHandler : ApiHandler<AlterConfigsRequest, AlterConfigsResponse>
{
    protected override ValueTask<AlterConfigsResponse?> HandleAsync(AlterConfigsRequest request, RequestContext context,
        CancellationToken ct)
    {
        var twice = ConfigChanges.Twice(request.Resources.Select(resource => (resource.ResourceType, resource.ResourceName)));
        return new(new AlterConfigsResponse
        {
            Responses =
            [
                .. request.Resources.Select(resource => twice.Contains((resource.ResourceType, resource.ResourceName))
                    ? ConfigChanges.RefuseTwice(resource.ResourceType, resource.ResourceName)
                    : ConfigChanges.Alter(
                        resource.ResourceType,
                        resource.ResourceName,
                        [.. resource.Configs.Select(config => new ConfigChange(config.Name, ConfigChange.Set, config.Value))],
                        replaceAll: true,
                        request.ValidateOnly,
                        context)),
            ],
        });
    }

    protected override AlterConfigsResponse Refuse(AlterConfigsRequest request, RequestContext context, ErrorCode error) => new()
    {
        Responses =
            [.. request.Resources.Select(resource => ConfigChanges.Answer(resource.ResourceType, resource.ResourceName, error, null))],
    };
}
