using System.Reflection;
using System.Text.Json.Nodes;
using InnovationScale.People;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace InnovationScale.Api;

/// <summary>A header an endpoint needs, and the statuses that follow from it.</summary>
public sealed record RequestHeader(string Name, string Description, int[] Statuses);

/// <summary>Marks an endpoint that answers a visitor only while anybody may choose who to be.</summary>
public sealed record ForPeopleSignedIn;

/// <summary>Marks an endpoint that answers a list in parts.</summary>
public sealed record Paged;

/// <summary>The API's description at /openapi/v1.json. Headers and paging are read from what a handler takes, so they cannot be forgotten.</summary>
public static class OpenApi
{
    private const string Public = "public";

    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi("v1", openApi =>
    {
        openApi.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        openApi.ShouldInclude = description => description.RelativePath?.StartsWith("api/", StringComparison.Ordinal) is true or null || description.RelativePath is "health";
        openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "InnovationScale",
                Version = "v1",
                Description = "Pilots, trials, replications and what they show together. Errors are problem documents (RFC 9457) with a stable `code`; "
                    + "records carry their version as ETag; unsafe methods take an Idempotency-Key; lists go on by `next`.",
            };
            document.Servers = [];
            (document.Tags ??= new HashSet<OpenApiTag>()).Add(new() { Name = Public, Description = "Open to anyone. All others answer 401 to whoever is not signed in." });
            return Task.CompletedTask;
        });
        openApi.AddOperationTransformer(async (operation, context, cancel) =>
        {
            var schema = await context.GetOrCreateSchemaAsync(typeof(Problem), null, cancel);
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            operation.Parameters ??= [];
            operation.Responses ??= [];
            foreach (var header in metadata.OfType<RequestHeader>())
            {
                operation.Parameters.Add(new OpenApiParameter
                {
                    Name = header.Name,
                    In = ParameterLocation.Header,
                    Required = true,
                    Description = header.Description,
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                });
                foreach (var status in header.Statuses) Add(operation.Responses, status, schema);
            }

            if (metadata.OfType<Paged>().Any())
            {
                operation.Parameters.Add(Query("limit", new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "500", Default = JsonValue.Create(PageAsked.LimitDefault) }));
                operation.Parameters.Add(Query("after", new OpenApiSchema { Type = JsonSchemaType.String, Description = "From the `next` of the part before." }));
                Add(operation.Responses, 400, schema);
            }

            operation.Tags ??= new HashSet<OpenApiTagReference>();
            if (IsPublic(metadata) && operation.Tags.All(tag => tag.Name != Public)) operation.Tags.Add(new(Public, context.Document));
            int[] always = context.Description.HttpMethod is "GET" ? [503] : [400, 403, 409, 422, 503];
            foreach (var status in always) Add(operation.Responses, status, schema);
        });
    });

    /// <summary>A handler that takes the person who asks is for people signed in.</summary>
    private static bool IsPublic(IList<object> metadata) => !metadata.OfType<ForPeopleSignedIn>().Any()
        && !metadata.OfType<MethodInfo>().Any(handler => handler.GetParameters().Any(parameter => parameter.ParameterType == typeof(CurrentPerson)));

    private static OpenApiParameter Query(string name, OpenApiSchema schema) => new() { Name = name, In = ParameterLocation.Query, Schema = schema };

    private static void Add(OpenApiResponses responses, int status, OpenApiSchema schema) =>
        responses.TryAdd(status.ToString(System.Globalization.CultureInfo.InvariantCulture), new OpenApiResponse
        {
            Description = status switch
            {
                StatusCodes.Status409Conflict => "The rules refuse it as things stand; `missing` says what would change that.",
                StatusCodes.Status422UnprocessableEntity => "What was sent cannot be right; `errors` says where.",
                _ => Problem.From(status).Title,
            },
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { [Problem.MediaType] = new() { Schema = schema } },
        });
}
