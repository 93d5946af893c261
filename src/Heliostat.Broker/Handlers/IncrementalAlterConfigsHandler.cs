using Heliostat.Broker.Configs;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>IncrementalAlterConfigs 0 to 1: sets, deletes, appends and subtracts single settings (KIP-339).</summary>
internal sealed class IncrementalAlterConfigsHandler : ApiHandler<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>
{
    protected override ValueTask<IncrementalAlterConfigsResponse?> HandleAsync(
        IncrementalAlterConfigsRequest request, RequestContext context, CancellationToken ct)
    {
        var twice = ConfigChanges.Twice(request.Resources.Select(resource => (resource.ResourceType, resource.ResourceName)));
        return new(new IncrementalAlterConfigsResponse
        {
            Responses =
            [
                .. request.Resources.Select(resource => twice.Contains((resource.ResourceType, resource.ResourceName))
                    ? ConfigChanges.RefuseTwice(resource.ResourceType, resource.ResourceName)
                    : ConfigChanges.Alter(
                        resource.ResourceType,
                        resource.ResourceName,
                        [.. resource.Configs.Select(config => new ConfigChange(config.Name, config.ConfigOperation, config.Value))],
                        replaceAll: false,
                        request.ValidateOnly,
                        context)),
            ],
        });
    }

    protected override IncrementalAlterConfigsResponse Refuse(IncrementalAlterConfigsRequest request, RequestContext context,
        ErrorCode error) => new()
        {
            Responses =
                [.. request.Resources.Select(resource => ConfigChanges.Answer(resource.ResourceType, resource.ResourceName, error, null))],
        };
}
