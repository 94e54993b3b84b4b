# The outputs of the stack: BucketName, ApiUrl, ConsoleUrl, AccountsTableName, UsernamesTableName and others.

output "outputs" {
  description = "All outputs of the stack, by their names."
  value       = aws_cloudformation_stack.rollcall.outputs
}

output "bucket_name" {
  description = "The bucket for config/rollcall.toml and inbox/."
  value       = aws_cloudformation_stack.rollcall.outputs["BucketName"]
}
