using InnovationScale;

if (args is [] or ["upload"]) await UploadBench.Run();
else Console.Error.WriteLine("Usage: dotnet run -c Release --project bench/InnovationScale.Bench [upload]");
