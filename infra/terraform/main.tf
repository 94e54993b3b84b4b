# A released Rollcall as one CloudFormation stack, for those who keep everything else in Terraform or OpenTofu.
#
# It uploads the unpacked release (see infra/README.md) to a bucket of yours and deploys its template. The stack stays the
# one description of what there is; nothing of it is written a second time here.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

locals {
  # rollcall-1.2.3, as the release calls its folder and the template its keys.
  folder = basename(abspath(var.release))
  files  = fileset(var.release, "*.{zip,yaml}")
  inputs = { for name, value in var.parameters : name => tostring(value) if value != null }
}

resource "aws_s3_object" "release" {
  for_each    = local.files
  bucket      = var.code_bucket
  key         = "${var.code_prefix}${local.folder}/${each.value}"
  source      = "${var.release}/${each.value}"
  source_hash = filesha256("${var.release}/${each.value}")
}

data "aws_s3_bucket" "code" {
  bucket = var.code_bucket
}

resource "aws_cloudformation_stack" "rollcall" {
  name = var.name
  # From S3: a template in the call itself may have 51,200 bytes only.
  template_url = "https://${data.aws_s3_bucket.code.bucket_regional_domain_name}/${aws_s3_object.release["template.yaml"].key}"
  parameters = merge(local.inputs, {
    JwtIssuer   = var.jwt_issuer
    JwtAudience = var.jwt_audience
    CodeBucket  = var.code_bucket
    CodePrefix  = var.code_prefix
  })
  capabilities = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
  on_failure   = "ROLLBACK"
  tags         = var.tags
  depends_on   = [aws_s3_object.release]

  lifecycle {
    # Tables and bucket would stay, but nobody would keep them in step any more.
    prevent_destroy = true
  }
}
