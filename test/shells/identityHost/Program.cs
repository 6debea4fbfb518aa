// Creates the clients that a Functions host would create from the settings of each case, lets each send one request, and says
// where to and with which authorization. The requests end in Outbox, and tokens come from IDENTITY_ENDPOINT.
// Arguments: a file with the cases, and one for the answers.
using System.Net;
using System.Reflection;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Messaging.EventGrid;
using Azure.Messaging.EventHubs.Producer;
using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Azure.WebJobs.Extensions.EventGrid;
using Microsoft.Data.SqlClient;
using Microsoft.Extensions.Azure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.SqlServer.TransactSql.ScriptDom;

var web = new JsonSerializerOptions(JsonSerializerDefaults.Web);
var cases = JsonSerializer.Deserialize<Case[]>(File.ReadAllText(args[0]), web) ?? [];
File.WriteAllText(args[1], JsonSerializer.Serialize(cases.Select(Answers).ToArray(), web));

static Answer[] Answers(Case one)
{
    // App Service passes app settings and connection strings on as environment variables.
    foreach (var (name, value) in one.Environment) Environment.SetEnvironmentVariable(name, value);
    try
    {
        var outbox = new Outbox();
        using var host = new HostBuilder()
            .ConfigureAppConfiguration(configuration => configuration.AddEnvironmentVariables())
            .ConfigureLogging(logging => logging.ClearProviders())
            .ConfigureWebJobs(jobs =>
            {
                jobs.AddAzureStorageBlobs().AddAzureStorageQueues().AddEventGrid();
                jobs.AddDurableTask();
            })
            .ConfigureServices(services => services.AddAzureClients(clients => clients.ConfigureDefaults(options =>
            {
                options.Transport = new HttpClientTransport(outbox);
                options.Retry.MaxRetries = 0;
            })))
            .Build();
        return one.Clients.Select(client => AnswerOf(host.Services, outbox, client)).ToArray();
    }
    finally
    {
        foreach (var name in one.Environment.Keys) Environment.SetEnvironmentVariable(name, null);
    }
}

static Answer AnswerOf(IServiceProvider services, Outbox outbox, Client client)
{
    outbox.Last = null;
    try
    {
        var details = Use(services, client);
        return new Answer(outbox.Last?.RequestUri?.ToString() ?? "", outbox.Last?.Headers.Authorization?.ToString() ?? "", details);
    }
    catch (Exception error)
    {
        var cause = error is TargetInvocationException { InnerException: { } inner } ? inner : error;
        return new Answer("", "", "", $"{cause.GetType().Name}: {cause.Message}");
    }
}

/// <summary>Creates a client and lets it send one request.</summary>
static string Use(IServiceProvider services, Client client)
{
    var section = new Lazy<IConfigurationSection>(() =>
        services.GetRequiredService<IConfiguration>().GetWebJobsConnectionSection(client.Connection));
    switch (client.Kind)
    {
        // The Storage extension's own providers, which aren't public.
        case "blob":
            return Ask(Provided(services, "Storage.Blobs", "Storage.Blobs.BlobServiceClientProvider", client.Connection));
        // The queue in which a blob trigger keeps its poison messages.
        case "blobTriggerQueue":
            return Ask(Provided(services, "Storage.Blobs", "Storage.Blobs.QueueServiceClientProvider", client.Connection));
        case "queue":
            return Ask(Provided(services, "Storage.Queues", "Storage.Queues.QueueServiceClientProvider", client.Connection));
        // Those of Durable Functions.
        case "durableBlob" or "durableQueue" or "durableTable":
            return Ask(Durable(services, client));
        case "eventGrid":
            var publisher = Publisher(services, client);
            return Refused(() => publisher.SendEvent(new EventGridEvent("subject", "type", "1.0", "data")));
        // The extension's package isn't here, and its client speaks AMQP; another one that takes the same settings speaks HTTP.
        case "serviceBus":
            var bus = Made<ServiceBusClient, ServiceBusClientOptions>(services, section.Value);
            var admin = Made<ServiceBusAdministrationClient, ServiceBusAdministrationClientOptions>(services, section.Value);
            Refused(() => admin.QueueExistsAsync("queue").GetAwaiter().GetResult());
            return bus.FullyQualifiedNamespace;
        // The binding names the hub.
        case "eventHub":
            section.Value["eventHubName"] = "hub";
            var hub = Made<EventHubProducerClient, EventHubProducerClientOptions>(services, section.Value);
            return hub.FullyQualifiedNamespace;
        // What an extension gives its client, whichever that is.
        case "credential":
            var credential = services.GetRequiredService<AzureComponentFactory>().CreateTokenCredential(section.Value);
            return credential.GetToken(new TokenRequestContext([client.Scope!]), default).Token;
        case "sql":
            return Parsed(Environment.GetEnvironmentVariable(client.Connection) ?? "");
        case "transactSql":
            return Script(client.Connection);
        default:
            throw new ArgumentException(client.Kind);
    }
}

static object Provided(IServiceProvider services, string assembly, string name, string connection)
{
    const string start = "Microsoft.Azure.WebJobs.Extensions";
    var type = Assembly.Load($"{start}.{assembly}").GetType($"{start}.{name}", true)!;
    return type.GetMethod("Get", [typeof(string)])!.Invoke(services.GetRequiredService(type), [connection])!;
}

static object Durable(IServiceProvider services, Client client)
{
    const string start = "Microsoft.Azure.WebJobs.Extensions.DurableTask";
    var type = Assembly.Load(start).GetType($"{start}.Storage.IStorageServiceClientProviderFactory", true)!;
    var method = type.GetMethod($"Get{client.Kind["durable".Length..]}ClientProvider")!;
    var provider = method.Invoke(services.GetRequiredService(type), [client.Connection])!;
    var contract = method.ReturnType;
    var options = contract.GetMethod("CreateOptions")!.Invoke(provider, null);
    return contract.GetMethod("CreateClient")!.Invoke(provider, [options])!;
}

/// <summary>Makes a client as the extensions do whose packages aren't here.</summary>
static TClient Made<TClient, TOptions>(IServiceProvider services, IConfigurationSection section)
{
    var factory = services.GetRequiredService<AzureComponentFactory>();
    var options = factory.CreateClientOptions(typeof(TOptions), null, section);
    return (TClient)factory.CreateClient(typeof(TClient), section, factory.CreateTokenCredential(section), options);
}

/// <summary>Creates the client of an Event Grid output binding.</summary>
static EventGridPublisherClient Publisher(IServiceProvider services, Client client)
{
    const string name = "Microsoft.Azure.WebJobs.Extensions.EventGrid";
    var type = Assembly.Load(name).GetType($"{name}.Config.EventGridAsyncCollectorFactory", true)!;
    var factory = ActivatorUtilities.CreateInstance(services, type);
    var options = services.GetRequiredService<AzureComponentFactory>()
        .CreateClientOptions(typeof(EventGridPublisherClientOptions), null, services.GetRequiredService<IConfiguration>());
    var binding = new EventGridAttribute
    {
        Connection = client.Connection, TopicKeySetting = client.TopicKeySetting, TopicEndpointUri = client.TopicEndpointUri,
    };
    const BindingFlags own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
    type.GetMethod("Validate", own)!.Invoke(factory, [binding]);
    return (EventGridPublisherClient)type.GetMethod("CreateClient", own)!.Invoke(factory, [binding, options])!;
}

/// <summary>Lets a storage client send a request.</summary>
static string Ask(dynamic client) => Refused(() => client.GetProperties());

static string Refused(Action request)
{
    try
    {
        request();
        throw new InvalidOperationException("The request wasn't refused.");
    }
    catch (Exception error) when (error is Azure.RequestFailedException or UnauthorizedAccessException)
    {
        return "";
    }
}

/// <summary>What SqlClient reads in a connection string.</summary>
static string Parsed(string value)
{
    using var connection = new SqlConnection(value);
    var parts = new SqlConnectionStringBuilder(connection.ConnectionString);
    return string.Join('|', parts.DataSource.Replace("tcp:", "").Replace(",1433", ""), parts.InitialCatalog, parts.Authentication, parts.UserID, parts.Password, parts.Encrypt);
}

/// <summary>The statements that the T-SQL parser finds in a script.</summary>
static string Script(string script)
{
    var parsed = new TSql170Parser(true, SqlEngineType.SqlAzure).Parse(new StringReader(script), out var errors);
    if (errors.Count > 0) throw new FormatException($"{errors[0].Line}: {errors[0].Message}");
    return string.Join(',', ((TSqlScript)parsed).Batches.SelectMany(batch => batch.Statements).Select(one => one.GetType().Name));
}

record Case(Dictionary<string, string> Environment, Client[] Clients);

record Client(string Kind, string Connection, string? Scope = null, string? TopicKeySetting = null, string? TopicEndpointUri = null);

record Answer(string SentTo, string Authorization, string Details, string? Error = null);

/// <summary>Keeps the last request, and refuses it.</summary>
sealed class Outbox : HttpMessageHandler
{
    public HttpRequestMessage? Last { get; set; }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Last = request;
        return new HttpResponseMessage(HttpStatusCode.Unauthorized) { Content = new StringContent("") };
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(Send(request, cancellationToken));
}
